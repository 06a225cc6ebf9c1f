package org.relevo.proxy.auth;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.Scram;
import org.relevo.proxy.wire.ScramClient;
import org.relevo.proxy.wire.WireException;

/// One login at a server. A server that asks by SCRAM must prove itself before it is believed.
///
/// Owner: the event loop of the connection.
final class ServerExchange implements ServerLogin {
  private static final int MAX_REQUEST_BYTES = 4096;

  private final ServerLogins logins;
  private final Credentials credentials;
  private final ServerFacts server;
  private final boolean clearTextAllowed;
  private final Peer peer;
  private State state = State.NEW;
  private @Nullable ScramClient scram;

  private enum State {
    NEW,
    /// md5 or clear text: the server has what it asked for
    ANSWERED,
    /// our first SCRAM message is out
    SCRAM_BEGUN,
    /// keys are being derived
    SCRAM_DERIVING,
    /// our proof is out
    SCRAM_ANSWERED,
    /// the server's proof was right
    SCRAM_PROVEN,
    ENDED
  }

  ServerExchange(
      ServerLogins logins,
      Credentials credentials,
      ServerFacts server,
      boolean clearTextAllowed,
      Peer peer) {
    this.logins = logins;
    this.credentials = credentials;
    this.server = server;
    this.clearTextAllowed = clearTextAllowed;
    this.peer = peer;
  }

  @Override
  public void message(byte[] body) {
    if (state == State.ENDED) {
      return;
    }
    try {
      if (body.length > MAX_REQUEST_BYTES) {
        throw new WireException("authentication request of " + body.length + " bytes");
      }
      switch (BackendMessages.authenticationKind(body)) {
        case BackendMessages.AUTH_OK -> done();
        case BackendMessages.AUTH_CLEARTEXT -> clearText();
        case BackendMessages.AUTH_MD5 -> md5(body);
        case BackendMessages.AUTH_SASL -> scramBegin(text(body));
        case BackendMessages.AUTH_SASL_CONTINUE -> scramAnswer(text(body));
        case BackendMessages.AUTH_SASL_FINAL -> scramEnd(text(body));
        default -> fail("the server asks for authentication that this service does not know");
      }
    } catch (WireException e) {
      fail("the server's authentication request cannot be used: " + e.getMessage());
    }
  }

  @Override
  public void cancel() {
    state = State.ENDED;
  }

  private void done() {
    if (state == State.NEW || state == State.ANSWERED || state == State.SCRAM_PROVEN) {
      state = State.ENDED;
      peer.authenticated();
    } else {
      fail("the server did not prove that it knows the role");
    }
  }

  private void clearText() {
    expect(State.NEW);
    if (!(credentials instanceof Credentials.Password(var password))) {
      fail("the server asks for a clear-text password, which is not known");
    } else if (!server.confidential() && !clearTextAllowed) {
      fail(
          "the server asks for a clear-text password on a connection without TLS;"
              + " use scram-sha-256 there, or TLS");
    } else {
      state = State.ANSWERED;
      send(out -> FrontendMessages.password(out, password.value()));
    }
  }

  private void md5(byte[] body) {
    expect(State.NEW);
    if (body.length != 8) {
      throw new WireException("md5 request of " + body.length + " bytes");
    }
    String stored =
        switch (credentials) {
          case Credentials.Md5(String hash) -> hash;
          case Credentials.Password(var password) ->
              Md5Password.hash(server.user(), password.value());
          case Credentials.ScramKey _, Credentials.None _ -> "";
        };
    if (stored.isEmpty()) {
      fail("the server asks for an md5 password, which is not known");
      return;
    }
    state = State.ANSWERED;
    byte[] salt = Arrays.copyOfRange(body, 4, 8);
    send(out -> FrontendMessages.password(out, Md5Password.answer(stored, salt)));
  }

  private void scramBegin(String mechanisms) {
    expect(State.NEW);
    List<String> offered = List.of(mechanisms.split("\0", -1));
    if (credentials instanceof Credentials.None || credentials instanceof Credentials.Md5) {
      fail("the server asks for a SCRAM password, which is not known");
      return;
    }
    ScramClient started;
    if (server.endPoint().isPresent() && offered.contains(Scram.MECHANISM_PLUS)) {
      started = ScramClient.bound(server.endPoint().get());
    } else if (offered.contains(Scram.MECHANISM)) {
      started = ScramClient.unbound(server.endPoint().isPresent());
    } else {
      fail("the server offers no SASL mechanism that this service knows");
      return;
    }
    scram = started;
    state = State.SCRAM_BEGUN;
    send(out -> FrontendMessages.saslInitial(out, started.mechanism(), started.first()));
  }

  private void scramAnswer(String serverFirst) {
    expect(State.SCRAM_BEGUN);
    ScramClient running = running();
    Scram.ServerFirst challenge = running.challenged(serverFirst);
    switch (credentials) {
      case Credentials.ScramKey(ByteString key, var verifier) -> {
        if (challenge.fits(verifier)) {
          prove(running, key, verifier.serverKey());
        } else {
          fail("the server holds another password for the role than the client logged in with");
        }
      }
      case Credentials.Password(var password) -> {
        state = State.SCRAM_DERIVING;
        CompletableFuture<Scram.Keys> keys = logins.keys(password, challenge).toCompletableFuture();
        if (keys.isDone() && !keys.isCompletedExceptionally()) {
          prove(running, keys.join().clientKey(), keys.join().serverKey());
        } else {
          var _ = keys.whenCompleteAsync((made, problem) -> derived(running, made), peer.loop());
        }
      }
      case Credentials.None _, Credentials.Md5 _ ->
          throw new IllegalStateException("SCRAM begun without a password");
    }
  }

  private void derived(ScramClient running, Scram.@Nullable Keys keys) {
    if (state != State.SCRAM_DERIVING) {
      return;
    }
    if (keys == null) {
      fail("too many logins are under way");
    } else {
      prove(running, keys.clientKey(), keys.serverKey());
    }
  }

  private void prove(ScramClient running, ByteString clientKey, ByteString serverKey) {
    state = State.SCRAM_ANSWERED;
    String answer = running.last(clientKey, serverKey);
    send(out -> FrontendMessages.saslResponse(out, answer));
  }

  private void scramEnd(String serverFinal) {
    expect(State.SCRAM_ANSWERED);
    if (running().proven(serverFinal)) {
      state = State.SCRAM_PROVEN;
    } else {
      fail("the server could not prove that it knows the role");
    }
  }

  private ScramClient running() {
    if (scram == null) {
      throw new WireException("no SCRAM exchange has begun");
    }
    return scram;
  }

  private void expect(State wanted) {
    if (state != wanted) {
      throw new WireException("it comes out of turn");
    }
  }

  private void fail(String reason) {
    state = State.ENDED;
    peer.failed(reason);
  }

  private void send(Consumer<ByteBuf> writer) {
    ByteBuf out = peer.alloc().buffer();
    writer.accept(out);
    peer.send(out);
  }

  private static String text(byte[] body) {
    return new String(body, 4, body.length - 4, StandardCharsets.UTF_8);
  }
}

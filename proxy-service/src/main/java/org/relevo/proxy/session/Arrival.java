package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.Scram;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// Logs a session in at another server with the client's own start-up packet, then gives the server
/// the session's settings and prepared statements in one batch.
///
/// Owner: event loop of the session.
final class Arrival implements Conversation {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int NONCE_BYTES = 18;
  private static final int TEXT_TYPE = 25;

  private final ServerLink link;
  private final Credentials credentials;
  private final Baggage baggage;
  private final Consumer<Optional<String>> whenDone;
  private final ServerParameters parameters = new ServerParameters();
  private String clientFirstBare = "";
  private String clientNonce = "";
  private String expectedSignature = "";
  private boolean replaying;
  private boolean settingsDone;
  private int batchesOwed;
  private boolean ended;

  /// @param whenDone gets the reason when it failed
  Arrival(
      ServerLink link,
      Credentials credentials,
      Baggage baggage,
      Consumer<Optional<String>> whenDone) {
    this.link = link;
    this.credentials = credentials;
    this.baggage = baggage;
    this.whenDone = whenDone;
  }

  ServerParameters parameters() {
    return parameters;
  }

  @Override
  public void message(byte tag, ByteBuf frame) {
    byte[] body = Conversation.body(frame);
    switch (tag) {
      case Tags.AUTHENTICATION -> authenticate(body);
      case Tags.PARAMETER_STATUS ->
          parameters.put(BackendMessages.readParameterStatus(body, body.length));
      case Tags.BACKEND_KEY_DATA -> link.key(BackendMessages.readKeyData(body));
      case Tags.ERROR_RESPONSE -> {
        if (!(replaying && settingsDone)) {
          fail("the new server said: " + BackendError.read(body).message());
        }
        // A statement that cannot be prepared any more is missed only if it is used: 26000.
      }
      case Tags.READY_FOR_QUERY -> {
        if (!replaying && !(baggage.settings().isEmpty() && baggage.statements().isEmpty())) {
          replay();
        } else if (!replaying || --batchesOwed == 0) {
          end(Optional.empty());
        } else {
          settingsDone = true;
        }
      }
      default -> {
        // answers of the batch, notices
      }
    }
  }

  @Override
  public void lost(String why) {
    fail("the new server " + why);
  }

  void fail(String reason) {
    end(Optional.of(reason));
  }

  private void end(Optional<String> problem) {
    if (!ended) {
      ended = true;
      whenDone.accept(problem);
    }
  }

  private void authenticate(byte[] body) {
    int kind = BackendMessages.authenticationKind(body);
    switch (kind) {
      case BackendMessages.AUTH_OK -> {
        // logged in
      }
      case BackendMessages.AUTH_MD5 -> {
        if (credentials instanceof Credentials.Md5(String stored) && body.length == 8) {
          byte[] salt = java.util.Arrays.copyOfRange(body, 4, 8);
          send(out -> FrontendMessages.password(out, Md5Password.answer(stored, salt)));
        } else {
          fail("the new server asks for an md5 password that is not known");
        }
      }
      case BackendMessages.AUTH_SASL -> scramFirst(body);
      case BackendMessages.AUTH_SASL_CONTINUE -> scramFinal(text(body));
      case BackendMessages.AUTH_SASL_FINAL -> {
        if (!text(body).equals("v=" + expectedSignature)) {
          fail("the new server could not prove that it knows the role");
        }
      }
      default -> fail("the new server asks for authentication that cannot be repeated");
    }
  }

  private void scramFirst(byte[] body) {
    List<String> offered = List.of(text(body).split("\0", -1));
    if (!(credentials instanceof Credentials.ScramKey) || !offered.contains(Scram.MECHANISM)) {
      fail("the new server asks for a password that is not known");
      return;
    }
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    clientNonce = Base64.getEncoder().encodeToString(nonce);
    clientFirstBare = "n=,r=" + clientNonce;
    send(out -> FrontendMessages.saslInitial(out, Scram.MECHANISM, "n,," + clientFirstBare));
  }

  private void scramFinal(String serverFirst) {
    if (!(credentials instanceof Credentials.ScramKey scram) || clientNonce.isEmpty()) {
      throw new WireException("SCRAM challenge out of turn");
    }
    Scram.ServerFirst challenge = Scram.serverFirst(serverFirst, clientNonce);
    if (!challenge.fits(scram.verifier())) {
      fail("the new server holds another verifier for its role");
      return;
    }
    String withoutProof = "c=biws,r=" + challenge.nonce();
    String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
    expectedSignature = Scram.serverSignature(scram.verifier().serverKey(), authMessage);
    String proof = Scram.proof(scram.clientKey(), authMessage);
    send(out -> FrontendMessages.saslResponse(out, withoutProof + ",p=" + proof));
  }

  /// Settings first: statements are resolved under the session's search_path and role. All in one
  /// write; each statement ends with a Sync of its own, so that one does not spoil the others.
  private void replay() {
    replaying = true;
    batchesOwed = 1 + baggage.statements().size();
    send(out -> {
      if (!baggage.settings().isEmpty()) {
        FrontendMessages.parse(
            out,
            "",
            "SELECT pg_catalog.set_config($1, $2, false)",
            List.of(TEXT_TYPE, TEXT_TYPE),
            Baggage.BYTES);
      }
      for (Baggage.Setting setting : baggage.settings()) {
        FrontendMessages.bind(out, List.of(setting.name(), setting.value()), Baggage.BYTES);
        FrontendMessages.execute(out);
      }
      FrontendMessages.sync(out);
      for (Baggage.Statement statement : baggage.statements()) {
        if (statement.fromSql()) {
          // Through the extended protocol, which refuses a text of several statements.
          FrontendMessages.parse(out, "", statement.sql(), List.of(), Baggage.BYTES);
          FrontendMessages.bind(out, List.of(), Baggage.BYTES);
          FrontendMessages.execute(out);
        } else {
          FrontendMessages.parse(
              out, statement.name(), statement.sql(), statement.parameterTypes(), Baggage.BYTES);
        }
        FrontendMessages.sync(out);
      }
    });
  }

  private void send(Consumer<ByteBuf> writer) {
    ByteBuf out = link.channel().alloc().buffer();
    writer.accept(out);
    var _ = link.channel().writeAndFlush(out);
  }

  private static String text(byte[] body) {
    return new String(body, 4, body.length - 4, StandardCharsets.UTF_8);
  }
}

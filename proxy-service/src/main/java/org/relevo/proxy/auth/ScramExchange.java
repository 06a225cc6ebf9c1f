package org.relevo.proxy.auth;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.ScramServer;

/// SCRAM-SHA-256 with a client, with channel binding where TLS gives it.
///
/// Owner: the client's event loop.
final class ScramExchange implements Exchange {
  private final Login login;
  private final boolean canBind;
  private final boolean bindingRequired;
  private final ScramServer scram;
  private final Consumer<ByteString> whenProven;
  private final Runnable whenWrong;
  private State state = State.OFFERED;

  private enum State {
    OFFERED,
    /// a mechanism was chosen, its first message is to come
    CHOSEN,
    CHALLENGED,
    OVER
  }

  /// @param scram holds the verifier, true or mock
  /// @param whenProven gets the client's key
  ScramExchange(
      Login login,
      boolean canBind,
      boolean bindingRequired,
      ScramServer scram,
      Consumer<ByteString> whenProven,
      Runnable whenWrong) {
    this.login = login;
    this.canBind = canBind;
    this.bindingRequired = bindingRequired;
    this.scram = scram;
    this.whenProven = whenProven;
    this.whenWrong = whenWrong;
  }

  @Override
  public void begin() {
    login.ask(BackendMessages.AUTH_SASL, ScramServer.offer(canBind, bindingRequired));
  }

  @Override
  public void message(byte[] body) {
    switch (state) {
      case OFFERED -> chosen(FrontendMessages.readSaslInitial(body));
      case CHOSEN -> challenge(text(body));
      case CHALLENGED -> {
        state = State.OVER;
        finish(text(body));
      }
      case OVER -> login.refuse(LoginErrors.unexpectedMessage());
    }
  }

  private void chosen(FrontendMessages.SaslInitial initial) {
    if (!scram.accepts(initial.mechanism())) {
      login.refuse(
          LoginErrors.protocol("client selected an invalid SASL authentication mechanism"));
    } else if (initial.data().isPresent()) {
      challenge(initial.data().get());
    } else {
      state = State.CHOSEN;
      login.ask(BackendMessages.AUTH_SASL_CONTINUE, new byte[0]);
    }
  }

  private void challenge(String clientFirst) {
    state = State.CHALLENGED;
    byte[] challenge = scram.first(clientFirst).getBytes(StandardCharsets.US_ASCII);
    login.ask(BackendMessages.AUTH_SASL_CONTINUE, challenge);
  }

  private void finish(String clientFinal) {
    Optional<ScramServer.Proven> proven = scram.last(clientFinal);
    if (proven.isEmpty()) {
      whenWrong.run();
      return;
    }
    byte[] proof = proven.get().serverFinal().getBytes(StandardCharsets.US_ASCII);
    login.ask(BackendMessages.AUTH_SASL_FINAL, proof);
    whenProven.accept(proven.get().key());
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }
}

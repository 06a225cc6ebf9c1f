package org.relevo.proxy.session;

import java.util.Optional;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.Scram;
import org.relevo.proxy.wire.ScramVerifier;

/// What a session can log in with at another server, without its client and without a password.
sealed interface Credentials {
  /// The server did not ask, and another one may not ask either.
  record None() implements Credentials {}

  record Md5(String storedPassword) implements Credentials {
    @Override
    public String toString() {
      return "Md5[****]";
    }
  }

  record ScramKey(ByteString clientKey, ScramVerifier verifier) implements Credentials {}

  record Missing(String reason) implements Credentials {}

  /// @param stored the role's `rolpassword`
  static Credentials of(LoginObserver.Method method, Optional<String> stored) {
    return switch (method) {
      case LoginObserver.Trusted _ -> new None();
      case LoginObserver.NotRepeatable(String reason) -> new Missing(reason);
      case LoginObserver.Md5 _ ->
          stored
              .filter(Md5Password::isHash)
              .<Credentials>map(Md5::new)
              .orElseGet(() -> new Missing("its role's md5 password could not be read"));
      case LoginObserver.ScramProof proof ->
          stored
              .flatMap(ScramVerifier::parse)
              .<Credentials>map(verifier -> recover(proof, verifier))
              .orElseGet(() -> new Missing("its role's SCRAM verifier could not be read"));
    };
  }

  private static Credentials recover(LoginObserver.ScramProof proof, ScramVerifier verifier) {
    return Scram.clientKey(verifier, proof.proof().toBytes(), proof.authMessage())
        .<Credentials>map(key -> new ScramKey(key, verifier))
        .orElseGet(() -> new Missing("its role's password was changed since it logged in"));
  }
}

package org.relevo.proxy.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.auth.stored.StoredRole;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.Scram;
import org.relevo.proxy.wire.ScramVerifier;

/// What a role's password is checked against, and stand-ins for roles that have none, so that their
/// logins go the same way.
///
/// Thread-safe.
final class RoleSecrets {
  private static final int MAX_REMEMBERED = 1000;

  private final PoolPasswd listed;
  private final StoredPasswordSource source;
  private final OffLoop computing;
  private final Clock clock;
  private final ByteString mockSecret;
  // Guarded by itself. Verifiers of passwords that pool_passwd holds as they are.
  private final Map<String, Made> made =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Made> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  private record Made(Secret password, ScramVerifier verifier) {}

  /// @param mockSecret random, kept while the process runs: salts of unknown roles stay the same
  RoleSecrets(
      PoolPasswd listed,
      StoredPasswordSource source,
      OffLoop computing,
      Clock clock,
      ByteString mockSecret) {
    this.listed = listed;
    this.source = source;
    this.computing = computing;
    this.clock = clock;
    this.mockSecret = mockSecret;
  }

  CompletionStage<StoredRole> role(String name, boolean fresh) {
    return listed
        .find(name)
        .<CompletionStage<StoredRole>>map(
            password -> CompletableFuture.completedFuture(StoredRole.of(password)))
        .orElseGet(() -> source.role(name, fresh));
  }

  /// The password that may be used now; empty as well for one that has expired.
  Optional<StoredPassword> usable(StoredRole role) {
    return role.passwordAt(clock.instant());
  }

  /// For clients that prove nothing by a password.
  Credentials listedCredentials(String name) {
    return listed.find(name).map(RoleSecrets::credentials).orElseGet(Credentials.None::new);
  }

  /// For clients whose password somebody else checked.
  Optional<Credentials> listedPassword(String name) {
    return listed
        .find(name)
        .map(RoleSecrets::credentials)
        .filter(Credentials.Password.class::isInstance);
  }

  /// Never fits any password.
  ScramVerifier mock(String role) {
    return Scram.mockVerifier(mockSecret, role);
  }

  CompletionStage<ScramVerifier> verifierOf(String role, Secret password) {
    synchronized (made) {
      Made known = made.get(role);
      if (known != null && known.password().equals(password)) {
        return CompletableFuture.completedFuture(known.verifier());
      }
    }
    return computing.run(() -> {
      ByteString salt = mock(role).salt();
      ScramVerifier verifier = Scram.verifier(password.value(), salt, Scram.DEFAULT_ITERATIONS);
      synchronized (made) {
        made.put(role, new Made(password, verifier));
      }
      return verifier;
    });
  }

  /// Checks a password, asking the source once more when it seems wrong. Takes the same time for
  /// roles without password.
  ///
  /// @return the role if the password is right
  CompletionStage<Optional<StoredRole>> matches(String name, Secret given) {
    return role(name, false)
        .thenCompose(stored ->
            check(name, stored, given)
                .thenCompose(right ->
                    right || listed.find(name).isPresent()
                        ? result(right, stored)
                        : role(name, true)
                            .thenCompose(again ->
                                again.equals(stored)
                                    ? result(false, stored)
                                    : check(name, again, given)
                                        .thenCompose(now -> result(now, again)))));
  }

  private static CompletionStage<Optional<StoredRole>> result(boolean right, StoredRole role) {
    return CompletableFuture.completedFuture(right ? Optional.of(role) : Optional.empty());
  }

  private CompletionStage<Boolean> check(String role, StoredRole stored, Secret given) {
    StoredPassword password = usable(stored).orElseGet(() -> new StoredPassword.Scram(mock(role)));
    return switch (password) {
      case StoredPassword.Scram(ScramVerifier verifier) ->
          computing.run(() -> Scram.matches(verifier, given.value()));
      case StoredPassword.Md5(String hash) ->
          CompletableFuture.completedFuture(same(hash, Md5Password.hash(role, given.value())));
      case StoredPassword.Plain(Secret plain) ->
          CompletableFuture.completedFuture(same(plain.value(), given.value()));
    };
  }

  static Credentials credentials(StoredPassword stored) {
    return switch (stored) {
      case StoredPassword.Plain(Secret password) -> new Credentials.Password(password);
      case StoredPassword.Md5(String hash) -> new Credentials.Md5(hash);
      case StoredPassword.Scram _ -> new Credentials.None();
    };
  }

  /// In constant time.
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}

package org.relevo.proxy.auth;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.auth.stored.StoredRole;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.ScramServer;
import org.relevo.proxy.wire.ScramVerifier;

/// A login whose password is checked against what is stored of it.
///
/// A role that is unknown, has no password or an expired one goes through a SCRAM exchange that
/// cannot succeed, so that a client learns nothing of it.
///
/// Owner: the client's event loop.
final class StoredLogin {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MD5_SALT_BYTES = 4;

  private final Login login;
  private final RoleSecrets secrets;
  private final String user;
  private final Optional<ByteString> endPoint;
  private final boolean bindingRequired;

  /// @param bindingRequired whether SCRAM goes with channel binding only
  StoredLogin(Login login, RoleSecrets secrets, boolean bindingRequired) {
    this.login = login;
    this.secrets = secrets;
    this.user = login.client().user();
    this.bindingRequired = bindingRequired;
    this.endPoint =
        login
            .client()
            .tls()
            .map(ClientFacts.TlsFacts::serverEndPoint)
            .filter(data -> data.length() > 0);
  }

  /// Whatever the stored password allows: SCRAM, or md5 where only an md5 hash is stored.
  void byStoredForm() {
    begin((role, stored) -> {
      switch (stored) {
        case StoredPassword.Scram(ScramVerifier verifier) -> scram(role, verifier);
        case StoredPassword.Plain(Secret plain) -> scram(role, plain);
        case StoredPassword.Md5 hash -> md5(role, hash.hash(), hash);
      }
    });
  }

  /// md5; SCRAM where the stored password is a verifier, as PostgreSQL does.
  void md5() {
    begin((role, stored) -> {
      switch (stored) {
        case StoredPassword.Scram(ScramVerifier verifier) -> scram(role, verifier);
        case StoredPassword.Plain(Secret plain) ->
            md5(role, Md5Password.hash(user, plain.value()), stored);
        case StoredPassword.Md5 hash -> md5(role, hash.hash(), hash);
      }
    });
  }

  /// SCRAM and nothing else; a role with an md5 hash cannot come in.
  void scram() {
    begin((role, stored) -> {
      switch (stored) {
        case StoredPassword.Scram(ScramVerifier verifier) -> scram(role, verifier);
        case StoredPassword.Plain(Secret plain) -> scram(role, plain);
        case StoredPassword.Md5 _ -> mock();
      }
    });
  }

  /// The password in clear text.
  void clearText() {
    login.run(
        new PasswordExchange(
            login,
            BackendMessages.AUTH_CLEARTEXT,
            new byte[0],
            given -> {
              Secret password = new Secret(given);
              login.when(
                  secrets.matches(user, password),
                  role -> admitIfFound(role, new Credentials.Password(password)));
            }));
  }

  private interface Start {
    void with(StoredRole role, StoredPassword stored);
  }

  private void begin(Start start) {
    login.when(
        secrets.role(user, false),
        role ->
            secrets.usable(role).ifPresentOrElse(stored -> start.with(role, stored), this::mock));
  }

  private void mock() {
    scram(StoredRole.UNKNOWN, secrets.mock(user), _ -> new Credentials.None());
  }

  private void scram(StoredRole role, ScramVerifier verifier) {
    scram(role, verifier, key -> new Credentials.ScramKey(key, verifier));
  }

  private void scram(StoredRole role, Secret plain) {
    login.when(
        secrets.verifierOf(user, plain),
        verifier -> scram(role, verifier, _ -> new Credentials.Password(plain)));
  }

  private void scram(
      StoredRole role, ScramVerifier verifier, Function<ByteString, Credentials> credentials) {
    login.run(
        new ScramExchange(
            login,
            endPoint.isPresent(),
            bindingRequired,
            new ScramServer(endPoint, bindingRequired, verifier),
            key -> admit(role, credentials.apply(key)),
            this::wrongProof));
  }

  /// The salt that the client used belongs to what was remembered, so the login cannot be saved;
  /// but the next one must find a password that was changed meanwhile.
  private void wrongProof() {
    login.pause();
    login.when(secrets.role(user, true), _ -> login.refuse(LoginErrors.wrongPassword(user)));
  }

  private void md5(StoredRole role, String hash, StoredPassword stored) {
    byte[] salt = new byte[MD5_SALT_BYTES];
    RANDOM.nextBytes(salt);
    login.run(
        new PasswordExchange(
            login,
            BackendMessages.AUTH_MD5,
            salt,
            answer -> {
              if (RoleSecrets.same(Md5Password.answer(hash, salt), answer)) {
                admit(role, RoleSecrets.credentials(stored));
              } else {
                md5Again(answer, salt);
              }
            }));
  }

  /// Against a hash that was changed since it was remembered.
  private void md5Again(String answer, byte[] salt) {
    login.when(
        secrets.role(user, true),
        role -> {
          boolean right =
              secrets.usable(role).orElse(null) instanceof StoredPassword.Md5(String hash)
                  && RoleSecrets.same(Md5Password.answer(hash, salt), answer);
          admitIfFound(
              right ? Optional.of(role) : Optional.empty(),
              right
                  ? RoleSecrets.credentials(role.password().orElseThrow())
                  : new Credentials.None());
        });
  }

  private void admitIfFound(Optional<StoredRole> role, Credentials credentials) {
    role.ifPresentOrElse(
        found -> admit(found, credentials), () -> login.refuse(LoginErrors.wrongPassword(user)));
  }

  private void admit(StoredRole role, Credentials credentials) {
    if (role.canLogin()) {
      login.accept(credentials);
    } else {
      login.refuse(LoginErrors.mayNotLogIn(user));
    }
  }
}

package org.relevo.proxy.auth.stored;

import java.util.Optional;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.Md5Password;
import org.relevo.proxy.wire.ScramVerifier;

/// What is kept of a role's password.
public sealed interface StoredPassword {
  record Scram(ScramVerifier verifier) implements StoredPassword {}

  /// @param hash `md5` and 32 hexadecimal digits
  record Md5(String hash) implements StoredPassword {
    @Override
    public String toString() {
      return "Md5[****]";
    }
  }

  /// The password itself; from `pool_passwd` only.
  record Plain(Secret password) implements StoredPassword {}

  /// Reads the form of `pg_authid.rolpassword`.
  ///
  /// @return empty when it is of no form that PostgreSQL knows
  static Optional<StoredPassword> parse(String rolpassword) {
    if (Md5Password.isHash(rolpassword)) {
      return Optional.of(new Md5(rolpassword));
    }
    return ScramVerifier.parse(rolpassword).map(Scram::new);
  }
}

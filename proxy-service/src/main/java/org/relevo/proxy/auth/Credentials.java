package org.relevo.proxy.auth;

import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.ScramVerifier;

/// What the service can log in to a server with for a role, as far as the role's own login has
/// shown it.
public sealed interface Credentials {
  /// Nothing is known; enough where the server asks for nothing.
  record None() implements Credentials {}

  /// The password itself, from `pool_passwd` or a clear-text login.
  record Password(Secret password) implements Credentials {}

  /// @param stored `md5` and 32 hexadecimal digits, as `pg_authid.rolpassword` holds it
  record Md5(String stored) implements Credentials {
    @Override
    public String toString() {
      return "Md5[****]";
    }
  }

  /// The client's half of SCRAM: proves the password without being it.
  record ScramKey(ByteString clientKey, ScramVerifier verifier) implements Credentials {
    @Override
    public String toString() {
      return "ScramKey[****]";
    }
  }
}

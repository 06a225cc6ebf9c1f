package org.relevo.proxy.coordinator;

import java.util.function.Supplier;

/// The role that standbys follow their primary with; it needs `REPLICATION` and nothing else.
///
/// @param password asked for when a standby is set up; ends in its private password file
public record ReplicationLogin(String user, Supplier<String> password) {
  /// Without the password.
  @Override
  public String toString() {
    return user;
  }
}

package org.relevo.proxy.server;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.relevo.proxy.auth.Credentials;

/// What the roles' last logins have shown; what new server connections log in with.
///
/// Owner: thread-safe.
public final class RoleCredentials {
  private static final int MAX_ROLES = 100_000;

  private final ConcurrentMap<String, Credentials> byRole = new ConcurrentHashMap<>();

  public void learned(String role, Credentials credentials) {
    if (credentials instanceof Credentials.None && byRole.containsKey(role)) {
      return; // a login that shows nothing does not take away what is known
    }
    if (byRole.size() < MAX_ROLES || byRole.containsKey(role)) {
      byRole.put(role, credentials);
    }
  }

  Credentials of(String role) {
    return byRole.getOrDefault(role, new Credentials.None());
  }
}

package org.relevo.jmx.server;

import java.util.Locale;
import java.util.Optional;
import javax.security.auth.Subject;
import org.relevo.jmx.contract.Role;

/// Who calls an MBean now.
///
/// @param clientHost address of the console, `local` for a call inside this process
public record Caller(String user, Role role, String clientHost) {
  /// A call made inside this process, not through the connector.
  public static final Caller LOCAL = new Caller("local", Role.ADMIN, "local");

  /// Inside an MBean: the connection's user; outside of any connection: [#LOCAL].
  public static Caller current() {
    return remote().orElse(LOCAL);
  }

  /// The connection's user, empty when no connection is being served by this thread.
  static Optional<Caller> remote() {
    Subject subject = Subject.current();
    return subject == null
        ? Optional.empty()
        : subject.getPrincipals(CallerPrincipal.class).stream()
            .findFirst()
            .map(CallerPrincipal::caller);
  }

  /// The role in small letters, for texts.
  String roleName() {
    return role.name().toLowerCase(Locale.ROOT);
  }

  /// As [org.relevo.jmx.contract.ClusterMXBean#getCaller] promises: `admin (ADMIN)`.
  @Override
  public String toString() {
    return user + " (" + role + ")";
  }
}

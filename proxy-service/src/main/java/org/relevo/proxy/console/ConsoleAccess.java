package org.relevo.proxy.console;

import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.wire.BackendError;

/// Who may use the console. Nobody but the service's own account may, until somebody is named.
///
/// @param admins roles that may act (`console_admin_users`)
/// @param readers roles that may look (`console_stats_users`)
public record ConsoleAccess(Set<String> admins, Set<String> readers) {
  private static final Set<String> DATABASES = Set.of("relevo", "pgbouncer", "pgpool");

  public ConsoleAccess {
    admins = Set.copyOf(admins);
    readers = Set.copyOf(readers);
  }

  /// Whether a start-up packet that names this database wants the console.
  public static boolean isConsole(String database) {
    return DATABASES.contains(database);
  }

  /// @param ownAccount whether the peer is a process of the service's own account, proven by a
  ///   Unix-domain socket
  public ConsoleRole role(String user, boolean ownAccount) {
    if (ownAccount || admins.contains(user)) {
      return ConsoleRole.ADMIN;
    }
    return readers.contains(user) ? ConsoleRole.STATS : ConsoleRole.NONE;
  }

  /// What somebody is told who may not come in.
  public static Optional<BackendError> refusal(ConsoleRole role, String user) {
    if (role != ConsoleRole.NONE) {
      return Optional.empty();
    }
    return Optional.of(
        BackendError.of(
                "FATAL", "42501", "permission denied for role \"" + user + "\" in the console")
            .withHint("Name the role in console_stats_users or console_admin_users."));
  }
}

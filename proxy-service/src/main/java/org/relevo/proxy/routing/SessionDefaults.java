package org.relevo.proxy.routing;

import java.util.Locale;
import org.relevo.proxy.routing.SessionState.Isolation;

/// What a role's transactions begin with in a database, unless its session says otherwise: by the
/// server's configuration, ALTER DATABASE and ALTER ROLE.
///
/// @param isolation `default_transaction_isolation`
/// @param readOnly `default_transaction_read_only`
public record SessionDefaults(Isolation isolation, boolean readOnly) {
  /// Of a server that was configured in nothing.
  public static final SessionDefaults USUAL = new SessionDefaults(Isolation.READ_COMMITTED, false);

  /// While they are not known: the primary can run what no standby can.
  public static final SessionDefaults UNKNOWN = new SessionDefaults(Isolation.SERIALIZABLE, false);

  /// The level that a setting names.
  public static Isolation isolation(String level) {
    return switch (level.toLowerCase(Locale.ROOT)) {
      case "repeatable read" -> Isolation.REPEATABLE_READ;
      case "read committed", "read uncommitted" -> Isolation.READ_COMMITTED;
      default -> Isolation.SERIALIZABLE; // also one that is not understood
    };
  }

  /// Whether a setting of yes or no is on, as PostgreSQL shows it and as clients write it.
  public static boolean isOn(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "off", "false", "no", "0", "read write" -> false;
      default -> true;
    };
  }
}

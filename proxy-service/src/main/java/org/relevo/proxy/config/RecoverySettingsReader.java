package org.relevo.proxy.config;

import java.util.HashMap;
import java.util.Map;

/// Reads how nodes are recovered.
///
/// Owner: the thread that reads the configuration.
final class RecoverySettingsReader {
  private static final String RATE = "recovery_max_rate";
  private static final String TABLESPACES = "recovery_tablespace_mapping";
  private static final int KB = 1024;
  private static final int LEAST_RATE_KB = 32;

  private final SettingValues values;

  RecoverySettingsReader(SettingValues values) {
    this.values = values;
  }

  RecoverySettings read(ProxyConfig.Health health) {
    String user = values.text("recovery_user", "recovery_user", health.user());
    return new RecoverySettings(
        user,
        values.isSet("recovery_password") ? values.secret("recovery_password") : health.password(),
        values.text("recovery_database"),
        values.text("recovery_1st_stage_command"),
        values.text("recovery_2nd_stage_command"),
        values.integer("recovery_script_arguments"),
        values.duration("recovery_timeout"),
        values.integer("client_idle_limit_in_recovery"),
        rate(),
        values.bool("recovery_compression"),
        tablespaces(),
        values.path("wal_archive_directory"),
        values.size("wal_archive_min_free"),
        new RecoverySettings.Ssh(
            values.text("recovery_ssh_user"),
            values.integer("recovery_ssh_port"),
            values.path("recovery_ssh_key"),
            values.path("recovery_ssh_known_hosts"),
            values.path("recovery_ssh_bindir")));
  }

  private int rate() {
    long bytes = values.size(RATE);
    if (bytes > 0 && bytes < (long) LEAST_RATE_KB * KB) {
      values.problem(RATE, "is less than 32kB, the least that PostgreSQL takes; 0 is no limit");
    }
    return Math.toIntExact(bytes / KB);
  }

  /// `from=to` pairs of absolute folders.
  private Map<String, String> tablespaces() {
    Map<String, String> mapping = new HashMap<>();
    for (String pair : values.names(TABLESPACES)) {
      String[] sides = pair.split("=", -1);
      if (sides.length != 2 || !sides[0].startsWith("/") || !sides[1].startsWith("/")) {
        values.problem(
            TABLESPACES, "'" + pair + "' is not a pair of absolute folders; write /from=/to");
        continue;
      }
      mapping.put(sides[0], sides[1]);
    }
    return mapping;
  }
}

package org.relevo.proxy.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads what says where the service's log goes, and in which form.
///
/// Owner: the thread that reads the configuration.
final class LogReader {
  private static final Set<String> DESTINATIONS = Set.of("stderr", "syslog", "csvlog", "jsonlog");

  private static final int MOST_PORT = 65_535;

  private final SettingValues values;

  LogReader(SettingValues values) {
    this.values = values;
  }

  /// @param data the service's own folder
  LogSettings read(Path data) {
    Set<String> destinations =
        Stream.of(values.text("log_destination").split(",", -1))
            .map(word -> word.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (!DESTINATIONS.containsAll(destinations)) {
      values.problem("log_destination", "is stderr, syslog or both, separated by a comma");
    }
    boolean json = values.choice(LogFormat.class, "log_format") == LogFormat.JSON;
    return new LogSettings(
        values.path("log_file").orElseGet(() -> data.resolve("relevo.log")),
        json || destinations.contains("jsonlog"),
        values.text("log_line_prefix"),
        values.size("log_rotation_size"),
        values.duration("log_rotation_age"),
        destinations.contains("syslog") ? Optional.of(syslog()) : Optional.empty());
  }

  private LogSettings.Syslog syslog() {
    String server = values.text("log_syslog");
    if (!server.matches(".+:\\d{1,5}") || !isPort(server.substring(server.lastIndexOf(':') + 1))) {
      values.problem("log_syslog", "is no host:port");
    }
    return new LogSettings.Syslog(
        server,
        values.choice(SyslogFormat.class, "log_syslog_format") == SyslogFormat.RFC3164,
        values.choice(SyslogFacility.class, "syslog_facility").code(),
        values.text("syslog_ident"));
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port > 0 && port <= MOST_PORT;
  }

  private enum LogFormat {
    TEXT,
    JSON
  }
}

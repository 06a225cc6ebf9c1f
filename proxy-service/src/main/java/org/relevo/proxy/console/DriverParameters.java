package org.relevo.proxy.console;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// PostgreSQL's settings that drivers and tools ask for, with the console's values.
final class DriverParameters {
  /// Told to every client at login, in this order.
  private static final Map<String, String> REPORTED = new LinkedHashMap<>();

  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("transaction_isolation", "read committed"),
          Map.entry("transaction_read_only", "off"),
          Map.entry("default_transaction_isolation", "read committed"),
          Map.entry("extra_float_digits", "1"),
          Map.entry("search_path", ""),
          Map.entry("statement_timeout", "0"),
          Map.entry("lock_timeout", "0"),
          Map.entry("application_name", ""),
          Map.entry("max_identifier_length", "63"),
          Map.entry("bytea_output", "hex"),
          Map.entry("client_min_messages", "notice"));

  static {
    REPORTED.put("server_encoding", "UTF8");
    REPORTED.put("client_encoding", "UTF8");
    REPORTED.put("DateStyle", "ISO, MDY");
    REPORTED.put("IntervalStyle", "postgres");
    REPORTED.put("TimeZone", "UTC");
    REPORTED.put("integer_datetimes", "on");
    REPORTED.put("standard_conforming_strings", "on");
    REPORTED.put("is_superuser", "off");
    REPORTED.put("in_hot_standby", "off");
    REPORTED.put("default_transaction_read_only", "off");
  }

  private DriverParameters() {}

  /// What is told at login; server_version, which comes from the service, is not among them.
  static Map<String, String> reported() {
    return REPORTED;
  }

  /// A setting's name as PostgreSQL writes it.
  ///
  /// @param name in lower case
  static Optional<String> column(String name) {
    if (name.equals("server_version")
        || name.equals("server_version_num")
        || name.equals("session_authorization")) {
      return Optional.of(name);
    }
    return REPORTED.keySet().stream()
        .filter(known -> known.toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .or(() -> OTHERS.containsKey(name) ? Optional.of(name) : Optional.empty());
  }

  /// @param name in lower case
  static Optional<String> value(String name, ServiceFacts service, String user) {
    return switch (name) {
      case "server_version" -> Optional.of(service.serverVersion());
      case "server_version_num" -> Optional.of(versionNumber(service.serverVersion()));
      case "session_authorization" -> Optional.of(user);
      default ->
          column(name).map(known -> REPORTED.getOrDefault(known, OTHERS.getOrDefault(name, "")));
    };
  }

  private static String versionNumber(String version) {
    String[] parts = version.split("[^0-9]+", 3);
    int major = parts.length > 0 && !parts[0].isEmpty() ? Integer.parseInt(parts[0]) : 0;
    int minor = parts.length > 1 && !parts[1].isEmpty() ? Integer.parseInt(parts[1]) : 0;
    return Integer.toString(major * 10_000 + minor);
  }
}

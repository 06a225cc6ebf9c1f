package org.relevo.proxy.wire;

import java.util.Locale;
import java.util.Map;

/// What a connection begins with (PostgreSQL manual, "Message Formats": the messages without tag).
public sealed interface StartupRequest {
  /// More bytes are needed.
  record Incomplete() implements StartupRequest {}

  record SslRequest() implements StartupRequest {}

  record GssEncRequest() implements StartupRequest {}

  /// @param key 4 bytes in protocol 3.0, up to 256 in 3.2
  record Cancel(CancelKey key) implements StartupRequest {}

  /// @param packet the whole packet as it came, to be sent on unchanged
  record Startup(int minor, Map<String, String> parameters, ByteString packet)
      implements StartupRequest {
    public String user() {
      return parameters.getOrDefault("user", "");
    }

    public String database() {
      return parameters.getOrDefault("database", user());
    }

    /// Whether a replication connection is asked for, by PostgreSQL's reading of booleans.
    public boolean replication() {
      String value = parameters.getOrDefault("replication", "").toLowerCase(Locale.ROOT);
      return switch (value) {
        case "", "0", "f", "fa", "fal", "fals", "false", "of", "off", "n", "no" -> false;
        default -> true;
      };
    }

    /// Whether that connection is for a whole server; `replication=database` is for one database.
    public boolean physicalReplication() {
      return replication() && !parameters.getOrDefault("replication", "").equals("database");
    }
  }

  /// PostgreSQL's protocol, but a version that is not served.
  record OtherVersion(int major, int minor) implements StartupRequest {}

  /// Not PostgreSQL's protocol at all.
  record Malformed(String reason) implements StartupRequest {}
}

package org.relevo.jmx.postgres;

import java.util.Map;
import java.util.function.Supplier;

/// One server that is sampled.
///
/// @param id the node's number
/// @param password its answer may be empty for `trust`
/// @param encryption the driver's properties for TLS, such as `sslmode`
public record PostgresSettings(
    int id,
    String host,
    int port,
    String database,
    String user,
    Supplier<String> password,
    Supplier<Map<String, String>> encryption) {
  /// Encrypted when the server can.
  public PostgresSettings(
      int id, String host, int port, String database, String user, Supplier<String> password) {
    this(id, host, port, database, user, password, Map::of);
  }

  public JdbcTarget target() {
    return new JdbcTarget(host, port, database, user, password, encryption);
  }

  /// Without any secret.
  @Override
  public String toString() {
    return "node" + id + " at " + target();
  }
}

package org.relevo.jmx.postgres;

import java.util.function.Supplier;

/// One server that is sampled.
///
/// @param id the node's number
/// @param password its answer may be empty for `trust`
public record PostgresSettings(
    int id, String host, int port, String database, String user, Supplier<String> password) {
  public JdbcTarget target() {
    return new JdbcTarget(host, port, database, user, password);
  }

  /// Without any secret.
  @Override
  public String toString() {
    return "node" + id + " at " + target();
  }
}

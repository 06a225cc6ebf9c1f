package org.relevo.proxy.health;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.failover.NodeSpec;

/// A configured server with what is needed to log in as administrator.
///
/// @param dataDirectory on this machine, empty when the server is elsewhere
/// @param serverLog where a server that we start writes
/// @param password asked for at each log-in; never kept, never logged
/// @param detached why the node is never served, whatever it answers; empty for the others
/// @param encryption of connections to it
public record NodeSettings(
    BackendId id,
    String name,
    String host,
    int port,
    Optional<Path> dataDirectory,
    Optional<Path> serverLog,
    String database,
    String user,
    Supplier<String> password,
    Optional<String> detached,
    Encryption encryption) {
  /// How connections are encrypted, in options of libpq; asked for at each log-in.
  @FunctionalInterface
  public interface Encryption {
    /// Each client's own default.
    Encryption USUAL = _ -> Map.of();

    /// @param withIdentity with the certificate that the service shows
    Map<String, String> options(boolean withIdentity);
  }

  /// A node that may be served.
  public NodeSettings(
      BackendId id,
      String name,
      String host,
      int port,
      Optional<Path> dataDirectory,
      Optional<Path> serverLog,
      String database,
      String user,
      Supplier<String> password) {
    this(
        id,
        name,
        host,
        port,
        dataDirectory,
        serverLog,
        database,
        user,
        password,
        Optional.empty(),
        Encryption.USUAL);
  }

  public NodeSpec spec() {
    return new NodeSpec(id, name, host, port, detached);
  }

  /// The same server and role, another database.
  public NodeSettings inDatabase(String other) {
    return new NodeSettings(
        id,
        name,
        host,
        port,
        dataDirectory,
        serverLog,
        other,
        user,
        password,
        detached,
        encryption);
  }

  /// Without the password.
  @Override
  public String toString() {
    return id + " " + user + "@" + host + ":" + port;
  }
}

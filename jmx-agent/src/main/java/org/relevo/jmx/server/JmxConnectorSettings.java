package org.relevo.jmx.server;

import java.nio.file.Path;
import java.util.Optional;

/// Where the connector listens and keeps its credentials.
///
/// @param listenAddress name or address to bind, such as `127.0.0.1`, `::1`, `0.0.0.0`
/// @param port 1 to 65535, for registry and objects alike
/// @param advertisedHost what clients are told to connect to; empty: the listen address, or this
///   host's name when that is a wildcard
/// @param dataDirectory the service's data directory; credentials go to `jmx` inside it
/// @param maxConnections sockets open at once, 1 to 10000
public record JmxConnectorSettings(
    String listenAddress,
    int port,
    Optional<String> advertisedHost,
    Path dataDirectory,
    int maxConnections) {
  public static final int DEFAULT_PORT = 9899;
  public static final int DEFAULT_MAX_CONNECTIONS = 500;

  public JmxConnectorSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("jmx_port must be 1 to 65535, was " + port);
    }
    if (maxConnections < 1 || maxConnections > 10_000) {
      throw new IllegalArgumentException(
          "JMX connections must be 1 to 10000, was " + maxConnections);
    }
  }

  /// Listens on loopback with default limits.
  public static JmxConnectorSettings loopback(int port, Path dataDirectory) {
    return on("127.0.0.1", port, dataDirectory);
  }

  public static JmxConnectorSettings on(String listenAddress, int port, Path dataDirectory) {
    return new JmxConnectorSettings(
        listenAddress, port, Optional.empty(), dataDirectory, DEFAULT_MAX_CONNECTIONS);
  }
}

package org.relevo.jmx.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where the connector listens and keeps its credentials.
///
/// @param listenAddress name or address to bind, such as `127.0.0.1`, `::1`, `0.0.0.0`
/// @param port 1 to 65535, for registry and objects alike
/// @param advertisedHost what clients are told to connect to; empty: the listen address, or this
///   host's name when that is a wildcard
/// @param dataDirectory the service's data directory; credentials go to `jmx` inside it
/// @param maxConnections sockets open at once, 1 to 10000
/// @param certificate shown to clients; empty: one that the connector makes itself
/// @param patience what clients may take their time for
public record JmxConnectorSettings(
    String listenAddress,
    int port,
    Optional<String> advertisedHost,
    Path dataDirectory,
    int maxConnections,
    Optional<CertificateFiles> certificate,
    Patience patience) {
  public static final int DEFAULT_PORT = 9899;
  public static final int DEFAULT_MAX_CONNECTIONS = 500;

  /// @param handshake of TLS
  /// @param idle between two requests; longer than the 15 s after which RMI clients drop an idle
  ///   connection by themselves
  public record Patience(Duration handshake, Duration idle) {
    public static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

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
        listenAddress,
        port,
        Optional.empty(),
        dataDirectory,
        DEFAULT_MAX_CONNECTIONS,
        Optional.empty(),
        Patience.DEFAULT);
  }

  /// @param files empty: a certificate that the connector makes itself
  public JmxConnectorSettings withCertificate(Optional<CertificateFiles> files) {
    return new JmxConnectorSettings(
        listenAddress, port, advertisedHost, dataDirectory, maxConnections, files, patience);
  }

  /// @param most sockets open at once
  public JmxConnectorSettings with(int most, Patience time) {
    return new JmxConnectorSettings(
        listenAddress, port, advertisedHost, dataDirectory, most, certificate, time);
  }
}

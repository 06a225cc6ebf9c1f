package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.Trust;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.FailoverMXBean;
import tools.jackson.databind.json.JsonMapper;

/// The demonstration's own management connection to its first service.
final class DemoConsole implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  private final JmxConnection connection;

  private DemoConsole(JmxConnection connection) {
    this.connection = connection;
  }

  /// What the service writes for programs on its own machine.
  private record Credentials(
      String host, int port, String user, String password, String certificate) {}

  /// @param credentials the service's credentials file
  static DemoConsole connect(Path credentials) throws IOException {
    Credentials found = JsonMapper.shared().readValue(credentials.toFile(), Credentials.class);
    Endpoint endpoint =
        Endpoint.direct(found.host(), found.port(), Trust.pem(Path.of(found.certificate())));
    return new DemoConsole(
        JmxConnection.open(
            endpoint, new Login(found.user(), found.password()), CONNECT_LIMIT));
  }

  ClusterMXBean cluster() {
    return connection.cluster();
  }

  FailoverMXBean failover() {
    return connection.failover();
  }

  ConsistencyMXBean consistency() {
    return connection.consistency();
  }

  BenchmarkMXBean benchmark() {
    return connection.benchmark();
  }

  @Override
  public void close() {
    connection.close();
  }
}

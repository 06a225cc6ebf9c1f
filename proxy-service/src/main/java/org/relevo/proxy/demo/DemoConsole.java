package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.LocalCredentials;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.FailoverMXBean;

/// The demonstration's own management connection to its first service.
final class DemoConsole implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

  private final JmxConnection connection;

  private DemoConsole(JmxConnection connection) {
    this.connection = connection;
  }

  /// @param credentials the service's credentials file
  static DemoConsole connect(Path credentials) throws IOException {
    return new DemoConsole(LocalCredentials.read(credentials).open(CONNECT_LIMIT, CALL_LIMIT));
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

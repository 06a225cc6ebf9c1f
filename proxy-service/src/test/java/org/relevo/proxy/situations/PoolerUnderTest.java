package org.relevo.proxy.situations;

import java.io.IOException;
import java.time.Duration;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

/// A service before a server, in one pool mode.
final class PoolerUnderTest implements AutoCloseable {
  private static final int USUAL_SIZE = 20;
  private static final int MAX_CLIENTS = 100;

  private final ProxyServer proxy;

  private PoolerUnderTest(ProxyServer proxy) {
    this.proxy = proxy;
  }

  /// @param size of each pool; 0 for the usual
  static PoolerUnderTest start(RealServer server, Route route, int size) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    return new PoolerUnderTest(
        ProxyServer.start(
            TestAccess.settings(
                0,
                2,
                new SessionSettings(MAX_CLIENTS, wait, wait, wait, false),
                TestAccess.pools(PoolMode.valueOf(route.name()), size == 0 ? USUAL_SIZE : size)),
            new FixedViews(server.port()),
            TestAccess.of(server.port())));
  }

  int port() {
    return proxy.address().getPort();
  }

  @Override
  public void close() {
    proxy.close();
  }
}

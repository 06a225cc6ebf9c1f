package org.relevo.proxy.situations;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.net.ProxyServerSettings;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;

/// A service before a server, in one pool mode.
final class PoolerUnderTest implements AutoCloseable {
  private final ProxyServer proxy;

  private PoolerUnderTest(ProxyServer proxy) {
    this.proxy = proxy;
  }

  /// @param size of each pool; 0 for the default
  static PoolerUnderTest start(RealServer server, Route route, int size) throws IOException {
    if (route != Route.SESSION || size != 0) {
      throw new IllegalArgumentException("no pool mode " + route.label() + " of size " + size);
    }
    Duration wait = Duration.ofSeconds(10);
    return new PoolerUnderTest(
        ProxyServer.start(
            new ProxyServerSettings(
                List.of("127.0.0.1"), 0, 2, new SessionSettings(100, wait, wait, wait, false)),
            new FixedViews(server.port()),
            _ -> CompletableFuture.completedFuture(Map.of())));
  }

  int port() {
    return proxy.address().getPort();
  }

  @Override
  public void close() {
    proxy.close();
  }
}

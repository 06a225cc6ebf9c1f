package org.relevo.jmx.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// All routes of this process. A service hands out stubs with the JDK's stock socket factory, which
/// takes its sockets from the process-wide default [SSLContext]; so that one is wrapped, once, by
/// one that looks here first and leaves everything that is no route as it was.
///
/// Our calls do not depend on it: their stubs are rewritten ([StubRewriter]), because two services
/// behind two tunnels may both say that they are `127.0.0.1:9899`. Only RMI's lease messages for
/// the stub as received still come this way.
///
/// Owner: itself; every method may be called by any thread.
final class Routes {
  private static final int MAX_KNOWN_ADDRESSES = 256;

  /// The route of the connection that is being made by this thread.
  static final ScopedValue<Route> CURRENT = ScopedValue.newInstance();

  private static final AtomicLong LAST_ID = new AtomicLong();
  private static final Map<Long, Route> BY_ID = new ConcurrentHashMap<>();
  private static final Map<String, List<Route>> BY_ADDRESS =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Route>> eldest) {
          return size() > MAX_KNOWN_ADDRESSES;
        }
      };

  static {
    try {
      SSLContext before = SSLContext.getDefault();
      SSLContext.setDefault(new RoutingContext(before));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the run time has no TLS", e);
    }
  }

  private Routes() {}

  static Route add(Endpoint endpoint) {
    Route route = new Route(LAST_ID.incrementAndGet(), endpoint);
    BY_ID.put(route.id(), route);
    return route;
  }

  /// Says under which address the service knows itself.
  static void alias(String host, int port, Route route) {
    synchronized (BY_ADDRESS) {
      List<Route> routes = BY_ADDRESS.computeIfAbsent(key(host, port), _ -> new ArrayList<>());
      routes.removeIf(each -> each.isClosed() || each == route);
      routes.add(route);
    }
  }

  /// Closed routes stay known by address, so that late lease messages fail at once.
  static void remove(Route route) throws IOException {
    BY_ID.remove(route.id());
    route.close();
  }

  static Socket open(long routeId) throws IOException {
    Route route = BY_ID.get(routeId);
    if (route == null) {
      throw new IOException("the connection was closed");
    }
    return route.openSocket();
  }

  private static Optional<Route> find(String host, int port) {
    if (CURRENT.isBound()) {
      return Optional.of(CURRENT.get());
    }
    synchronized (BY_ADDRESS) {
      List<Route> routes = BY_ADDRESS.getOrDefault(key(host, port), List.of());
      // Leases of all connections to a service are renewed together, over any that is open.
      return routes.reversed().stream()
          .filter(route -> !route.isClosed())
          .findFirst()
          .or(() -> routes.stream().findFirst());
    }
  }

  private static String key(String host, int port) {
    return host.toLowerCase(Locale.ROOT) + ":" + port;
  }

  private static final class RoutingContext extends SSLContext {
    RoutingContext(SSLContext before) {
      super(new RoutingSpi(before), before.getProvider(), before.getProtocol());
    }
  }

  private static final class RoutingSpi extends SSLContextSpi {
    private final SSLContext before;

    RoutingSpi(SSLContext before) {
      this.before = before;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("the default context is initialised already");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return new RoutingSocketFactory(before.getSocketFactory());
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return before.getServerSocketFactory();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return before.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return before.createSSLEngine(host, port);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return before.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return before.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return before.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return before.getSupportedSSLParameters();
    }
  }

  private static final class RoutingSocketFactory extends SSLSocketFactory {
    private final SSLSocketFactory before;

    RoutingSocketFactory(SSLSocketFactory before) {
      this.before = before;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      Optional<Route> route = find(host, port);
      return route.isPresent() ? route.get().openSocket() : before.createSocket(host, port);
    }

    @Override
    public Socket createSocket() throws IOException {
      return before.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
        throws IOException {
      return before.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return before.createSocket(host, port);
    }

    @Override
    public Socket createSocket(
        InetAddress address, int port, InetAddress localAddress, int localPort) throws IOException {
      return before.createSocket(address, port, localAddress, localPort);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
        throws IOException {
      return before.createSocket(socket, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return before.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return before.getSupportedCipherSuites();
    }
  }
}

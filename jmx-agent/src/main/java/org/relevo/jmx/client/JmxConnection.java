package org.relevo.jmx.client;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.UndeclaredThrowableException;
import java.rmi.Remote;
import java.rmi.registry.LocateRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.rmi.RMIConnection;
import javax.management.remote.rmi.RMIConnector;
import javax.management.remote.rmi.RMIServer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.AdvisorMXBean;
import org.relevo.jmx.contract.AlertsMXBean;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.CacheMXBean;
import org.relevo.jmx.contract.CatalogMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ConfigMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.ContentsMXBean;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.GateMXBean;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.LogsMXBean;
import org.relevo.jmx.contract.NodeMXBean;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PairMXBean;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.RoutingMXBean;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.ServiceAddressMXBean;
import org.relevo.jmx.contract.SessionsMXBean;
import org.relevo.jmx.contract.StatementsMXBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One open connection to a service. Its typed proxies wait at most the call limit; they throw a
/// [JmxException], or what the contract's method documents.
///
/// After a [CallTimeoutException] or [ConnectionLostException] close it and open another.
///
/// Owner: itself; every method may be called by any thread, but none of the FX thread's liking:
/// calls block up to their limit.
public final class JmxConnection implements AutoCloseable {
  public static final Duration DEFAULT_CALL_LIMIT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(JmxConnection.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Route route;
  private final JMXConnector connector;
  private final MBeanServerConnection connection;
  private final Duration callLimit;
  // Held only so that RMI does not tell the service that these references are no longer used.
  private final List<Remote> received;

  private JmxConnection(
      Route route,
      JMXConnector connector,
      MBeanServerConnection connection,
      Duration callLimit,
      List<Remote> received) {
    this.route = route;
    this.connector = connector;
    this.connection = connection;
    this.callLimit = callLimit;
    this.received = received;
  }

  /// Opens with [#DEFAULT_CALL_LIMIT] for each later call.
  ///
  /// @throws JmxException why it did not open; nothing stays behind
  public static JmxConnection open(Endpoint endpoint, Login login, Duration limit) {
    return open(endpoint, login, limit, DEFAULT_CALL_LIMIT);
  }

  /// @param limit for opening
  /// @param callLimit for each later call
  /// @throws JmxException why it did not open; nothing stays behind
  public static JmxConnection open(
      Endpoint endpoint, Login login, Duration limit, Duration callLimit) {
    Route route = Routes.add(endpoint);
    try {
      return Deadline.call(
          "connecting to " + endpoint.text(),
          limit,
          () ->
              ScopedValue.where(Routes.CURRENT, route)
                  .call(() -> connect(route, login, callLimit)));
    } catch (Exception e) {
      closeQuietly(route);
      throw Failures.whileConnecting(endpoint, login, e);
    }
  }

  private static JmxConnection connect(Route route, Login login, Duration callLimit)
      throws Exception {
    Endpoint endpoint = route.endpoint();
    Routes.alias(endpoint.host(), endpoint.port(), route);
    RMIServer found =
        (RMIServer)
            LocateRegistry.getRegistry(
                    endpoint.host(),
                    endpoint.port(),
                    new StubRewriter.RouteSocketFactory(route.id()))
                .lookup("jmxrmi");
    RoutedServer server = new RoutedServer(route, found);
    Map<String, Object> environment =
        Map.of(
            JMXConnector.CREDENTIALS,
            new String[] {login.user(), login.password()},
            // The callers poll; a checker thread of its own would only wait on a dead socket.
            "jmx.remote.x.client.connection.check.period",
            0L);
    JMXConnector connector = new RMIConnector(server, environment);
    connector.connect();
    if (route.isClosed()) {
      throw new IOException("given up while connecting");
    }
    List<Remote> received = server.client == null ? List.of(found) : List.of(found, server.client);
    return new JmxConnection(
        route, connector, connector.getMBeanServerConnection(), callLimit, received);
  }

  /// The service's entry object, with the connection objects that it makes put on our route.
  private static final class RoutedServer implements RMIServer {
    private final Route route;
    private final RMIServer stub;
    @Nullable RMIConnection client;

    RoutedServer(Route route, RMIServer stub) throws IOException {
      this.route = route;
      this.stub = StubRewriter.onRoute(RMIServer.class, stub, route);
    }

    @Override
    public String getVersion() throws java.rmi.RemoteException {
      return stub.getVersion();
    }

    @Override
    public RMIConnection newClient(Object credentials) throws IOException {
      RMIConnection made = stub.newClient(credentials);
      client = made;
      return StubRewriter.onRoute(RMIConnection.class, made, route);
    }
  }

  public Endpoint endpoint() {
    return route.endpoint();
  }

  public ClusterMXBean cluster() {
    return proxy(ObjectNames.CLUSTER, ClusterMXBean.class);
  }

  public PoolMXBean pool() {
    return proxy(ObjectNames.POOL, PoolMXBean.class);
  }

  public CatalogMXBean catalog() {
    return proxy(ObjectNames.CATALOG, CatalogMXBean.class);
  }

  public ConfigMXBean config() {
    return proxy(ObjectNames.CONFIG, ConfigMXBean.class);
  }

  public RoutingMXBean routing() {
    return proxy(ObjectNames.ROUTING, RoutingMXBean.class);
  }

  public StatementsMXBean statements() {
    return proxy(ObjectNames.STATEMENTS, StatementsMXBean.class);
  }

  public HostMXBean host() {
    return proxy(ObjectNames.HOST, HostMXBean.class);
  }

  public ConsistencyMXBean consistency() {
    return proxy(ObjectNames.CONSISTENCY, ConsistencyMXBean.class);
  }

  public ContentsMXBean contents() {
    return proxy(ObjectNames.CONTENTS, ContentsMXBean.class);
  }

  /// Only services that control their servers have it.
  public ControlMXBean control() {
    return proxy(ObjectNames.CONTROL, ControlMXBean.class);
  }

  /// Only services with a service address have it.
  public ServiceAddressMXBean serviceAddress() {
    return proxy(ObjectNames.SERVICE_ADDRESS, ServiceAddressMXBean.class);
  }

  /// Only services of two machines without a third have it.
  public PairMXBean pair() {
    return proxy(ObjectNames.PAIR, PairMXBean.class);
  }

  public FailoverMXBean failover() {
    return proxy(ObjectNames.FAILOVER, FailoverMXBean.class);
  }

  public RecoveryMXBean recovery() {
    return proxy(ObjectNames.RECOVERY, RecoveryMXBean.class);
  }

  public GateMXBean gate() {
    return proxy(ObjectNames.GATE, GateMXBean.class);
  }

  public LogsMXBean logs() {
    return proxy(ObjectNames.LOGS, LogsMXBean.class);
  }

  public AlertsMXBean alerts() {
    return proxy(ObjectNames.ALERTS, AlertsMXBean.class);
  }

  public BenchmarkMXBean benchmark() {
    return proxy(ObjectNames.BENCHMARK, BenchmarkMXBean.class);
  }

  public NodeMXBean node(int nodeId) {
    return proxy(ObjectNames.node(nodeId), NodeMXBean.class);
  }

  public PostgresMXBean postgres(int nodeId) {
    return proxy(ObjectNames.postgres(nodeId), PostgresMXBean.class);
  }

  public SeriesMXBean postgresSeries(int nodeId) {
    return proxy(ObjectNames.postgresSeries(nodeId), SeriesMXBean.class);
  }

  public SeriesMXBean hostSeries() {
    return proxy(ObjectNames.HOST_SERIES, SeriesMXBean.class);
  }

  public SessionsMXBean sessions(int nodeId) {
    return proxy(ObjectNames.sessions(nodeId), SessionsMXBean.class);
  }

  public CacheMXBean cache(int nodeId) {
    return proxy(ObjectNames.cache(nodeId), CacheMXBean.class);
  }

  public ProcessesMXBean processes() {
    return proxy(ObjectNames.PROCESSES, ProcessesMXBean.class);
  }

  public AdvisorMXBean advisor() {
    return proxy(ObjectNames.ADVISOR, AdvisorMXBean.class);
  }

  /// @return a proxy whose calls wait at most the call limit
  public <T> T proxy(ObjectName name, Class<T> type) {
    T raw = JMX.newMXBeanProxy(connection, name, type);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return onProxyItself(self, name, method, arguments);
              }
              String what = method.getName() + " of " + route.endpoint().text();
              return guard(what, callLimit, () -> invoke(raw, method, arguments));
            }));
  }

  /// Does something on the raw connection.
  ///
  /// @param what for texts
  public <T> T call(String what, Duration limit, RemoteCall<T> body) {
    return guard(what, limit, () -> body.on(connection));
  }

  /// Follows the cluster's events after `sequence`; 0 for all that the service still has.
  public EventSubscription events(long sequence, EventListener listener) {
    return EventSubscription.start(this, sequence, listener);
  }

  /// Closed here; a lost connection shows in the next call.
  public boolean isClosed() {
    return route.isClosed();
  }

  /// Says good-bye within two seconds, then closes every socket.
  @Override
  public void close() {
    if (route.isClosed()) {
      return;
    }
    try {
      Deadline.call(
          "closing " + route.endpoint().text(),
          CLOSE_LIMIT,
          () -> {
            connector.close();
            return true;
          });
    } catch (Exception e) {
      LOG.debug("jmx.close.unanswered server={} stubs={}", endpoint().text(), received.size(), e);
    } finally {
      closeQuietly(route);
    }
  }

  private <T> T guard(String what, Duration limit, java.util.concurrent.Callable<T> body) {
    if (route.isClosed()) {
      throw new ConnectionLostException(
          "the connection to " + route.endpoint().text() + " is closed", null);
    }
    try {
      return Deadline.call(what, limit, body);
    } catch (Exception e) {
      throw Failures.whileCalling(what, e);
    }
  }

  private static Object invoke(Object raw, Method method, Object[] arguments) throws Exception {
    try {
      return method.invoke(raw, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause =
          e.getCause() instanceof UndeclaredThrowableException undeclared
              ? undeclared.getUndeclaredThrowable()
              : e.getCause();
      if (cause instanceof Exception exception) {
        throw exception;
      }
      throw e;
    }
  }

  // A proxy is equal to itself only.
  @SuppressWarnings("ReferenceEquality")
  private Object onProxyItself(Object self, ObjectName name, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "equals" -> self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      default -> name + " at " + route.endpoint().text();
    };
  }

  private static void closeQuietly(Route route) {
    try {
      Routes.remove(route);
    } catch (IOException e) {
      LOG.debug("jmx.socket.close.failed server={}", route.endpoint().text(), e);
    }
  }
}

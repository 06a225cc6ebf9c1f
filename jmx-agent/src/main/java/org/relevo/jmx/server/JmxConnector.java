package org.relevo.jmx.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.rmi.NoSuchObjectException;
import java.rmi.NotBoundException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.net.ssl.SSLContext;
import javax.rmi.ssl.SslRMIClientSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running connector. Registry and objects share one TLS 1.3 port:
///
/// ```
/// console ── TLS ──> TlsServerSockets ──> registry "jmxrmi" ──> RMI server ── LoginCheck
///                                    └──> RMI connection ──> GuardedMBeanServer ──> MBeans
/// ```
///
/// Consoles use `host:port` or `service:jmx:rmi:///jndi/rmi://host:port/jmxrmi`, trusting
/// `certificate.pem`. They need classes of the JDK only.
///
/// Owner: the thread that starts and closes it.
public final class JmxConnector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JmxConnector.class);
  private static final String HOSTNAME_PROPERTY = "java.rmi.server.hostname";
  private static final String NAME = "jmxrmi";
  private static final long LOOK_SECONDS = 5;
  private static final String MAX_BUFFERED_NOTIFICATIONS = "5000";

  /// Set by the administrator on the command line; then it is left as it is.
  private static final boolean HOSTNAME_GIVEN = System.getProperty(HOSTNAME_PROPERTY) != null;

  private final String host;
  private final int port;
  private final CredentialStore credentials;
  private final ServedCertificate certificate;
  private final RefusalLog refusals;
  private final TlsServerSockets sockets;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final RMIJRMPServerImpl rmiServer;
  private final RMIConnectorServer server;
  private final Registry registry;

  private JmxConnector(
      String host,
      int port,
      CredentialStore credentials,
      ServedCertificate certificate,
      TlsServerSockets sockets,
      GuardedServer guarded)
      throws IOException {
    this.host = host;
    this.port = port;
    this.credentials = credentials;
    this.certificate = certificate;
    this.refusals = guarded.refusals();
    this.sockets = sockets;
    // Equal factories for both are what lets RMI serve them on one port.
    SslRMIClientSocketFactory clientSockets = new SslRMIClientSocketFactory();
    Map<String, Object> environment =
        Map.of(
            JMXConnectorServer.AUTHENTICATOR,
            guarded.loginCheck(),
            "jmx.remote.x.notification.buffer.size",
            MAX_BUFFERED_NOTIFICATIONS);
    registry = LocateRegistry.createRegistry(port, clientSockets, sockets);
    try {
      rmiServer = new FilteredRmiServer(port, clientSockets, sockets, environment, refusals);
      server =
          new RMIConnectorServer(
              new JMXServiceURL("rmi", host, port), environment, rmiServer, guarded.mbeans());
      server.setMBeanServerForwarder(GuardedMBeanServer.over(guarded.mbeans(), guarded.refusals()));
      server.start();
      registry.rebind(NAME, rmiServer.toStub());
    } catch (IOException e) {
      UnicastRemoteObject.unexportObject(registry, true);
      throw e;
    }
  }

  private record GuardedServer(MBeanServer mbeans, LoginCheck loginCheck, RefusalLog refusals) {}

  /// Binds the port, makes missing credentials, starts to serve.
  ///
  /// @throws IOException one line that names address and setting, or the damaged file
  public static JmxConnector start(MBeanServer mbeans, JmxConnectorSettings settings)
      throws IOException {
    InetAddress address;
    try {
      address = InetAddress.getByName(settings.listenAddress());
    } catch (UnknownHostException e) {
      throw new IOException(
          "cannot resolve JMX address \""
              + settings.listenAddress()
              + "\" (setting jmx_listen_addresses)",
          e);
    }
    String host = advertise(settings, address);
    // The registry takes names only: nobody but this process can put an object into it.
    if (System.getProperty("sun.rmi.registry.registryFilter") == null) {
      System.setProperty("sun.rmi.registry.registryFilter", "!*");
    }
    RefusalLog refusals = new RefusalLog(System::nanoTime);
    CredentialStore credentials =
        new CredentialStore(settings.dataDirectory().resolve("jmx"), settings.certificate());
    TlsServerSockets sockets = TlsServerSockets.bind(address, settings, refusals, defaultTls());
    try {
      credentials.prepare(hosts(host, settings.listenAddress(), address.getHostAddress()));
      ServedCertificate certificate = credentials.certificate();
      sockets.use(certificate.load());
      LoginCheck loginCheck =
          new LoginCheck(PasswordFile.open(credentials.passwordFile()), refusals);
      JmxConnector connector =
          new JmxConnector(
              host,
              settings.port(),
              credentials,
              certificate,
              sockets,
              new GuardedServer(mbeans, loginCheck, refusals));
      credentials.publishAddress(
          address.isAnyLocalAddress() ? "127.0.0.1" : address.getHostAddress(), settings.port());
      Thread.ofVirtual().name("jmx-look-after").start(connector::lookAfter);
      LOG.info(
          "jmx.listening address={}:{} advertised={} credentials={}",
          address.getHostAddress(),
          settings.port(),
          host,
          credentials.credentialsFile());
      return connector;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      sockets.close();
      throw new IOException("interrupted while JMX was starting", e);
    } catch (IOException | RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  /// The host that clients are told to use.
  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /// Address and log-in for tools on this machine, private to this account.
  public Path credentialsFile() {
    return credentials.credentialsFile();
  }

  /// What clients trust.
  public Path certificateFile() {
    return credentials.certificateFile();
  }

  /// Ends all connections and frees the port.
  @Override
  public void close() throws IOException {
    if (closing.getCount() == 0) {
      return;
    }
    closing.countDown();
    try {
      UnicastRemoteObject.unexportObject(registry, true);
    } catch (NoSuchObjectException e) {
      LOG.debug("jmx.registry.gone", e);
    }
    try {
      server.stop();
    } finally {
      sockets.close();
    }
    LOG.info("jmx.closed address={}:{}", host, port);
  }

  /// Log-ins, calls and connections that were turned away since start.
  public long refusalsTotal() {
    return refusals.total();
  }

  /// The run time lets any process of this machine remove a name from a registry; put it back. A
  /// certificate that was replaced on disk is shown to those who connect from then on.
  private void lookAfter() {
    try {
      while (!closing.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
        keepName();
        useCertificateIfChanged();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// What fails now may work at the next look.
  private void keepName() {
    try {
      bindAgainIfMissing();
    } catch (IOException e) {
      if (closing.getCount() > 0) {
        LOG.error("jmx.registry.failed problem=\"{}\"", e.getMessage());
      }
    }
  }

  /// @return whether it was missing
  boolean bindAgainIfMissing() throws IOException {
    try {
      registry.lookup(NAME);
      return false;
    } catch (NotBoundException _) {
      LOG.warn("jmx.registry.repaired name={}", NAME);
      registry.rebind(NAME, rmiServer.toStub());
      return true;
    }
  }

  /// @return whether there was another one that can be used
  boolean useCertificateIfChanged() {
    try {
      if (!certificate.changed()) {
        return false;
      }
      sockets.use(certificate.load());
      LOG.info("jmx.certificate.changed file={}", certificate.file());
      return true;
    } catch (IOException | RuntimeException e) {
      // Of a provider too: whoever looks after the connector goes on.
      LOG.error("jmx.certificate.unusable problem=\"{}\"", e.getMessage());
      return false;
    }
  }

  private static String advertise(JmxConnectorSettings settings, InetAddress address)
      throws IOException {
    String host;
    if (HOSTNAME_GIVEN) {
      host = System.getProperty(HOSTNAME_PROPERTY);
    } else {
      host =
          settings
              .advertisedHost()
              .orElse(address.isAnyLocalAddress() ? ownHostName() : address.getHostAddress());
      System.setProperty(HOSTNAME_PROPERTY, host);
    }
    return host;
  }

  private static String ownHostName() throws IOException {
    try {
      return InetAddress.getLocalHost().getCanonicalHostName();
    } catch (UnknownHostException e) {
      throw new IOException(
          "this host's own name does not resolve: give clients an address by the setting"
              + " jmx_advertised_host",
          e);
    }
  }

  private static List<String> hosts(String... all) {
    return Stream.of(all).distinct().toList();
  }

  private static SSLContext defaultTls() throws IOException {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("the run time has no TLS", e);
    }
  }
}

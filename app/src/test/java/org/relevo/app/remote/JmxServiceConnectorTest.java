package org.relevo.app.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.model.LiveData;
import org.relevo.app.model.Sequences;
import org.relevo.app.remote.ConnectRequest.SshTunnel;
import org.relevo.app.testkit.ScriptedService;
import org.relevo.app.testkit.TestClock;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.LogsMXBean;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.jmx.server.JmxConnectorSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The scripted service behind a real TLS connector, reached directly and through a real SSH
/// server.
class JmxServiceConnectorTest {
  @TempDir static Path folder;
  private static JmxConnector connector;
  private static SshServer ssh;
  private static String password;

  @BeforeAll
  static void start() throws Exception {
    MBeanServer mbeans = MBeanServerFactory.newMBeanServer();
    ServiceConnection service =
        new ScriptedService(new TestClock()).connect(request("x", Optional.empty()));
    add(mbeans, ObjectNames.CLUSTER, service.cluster(), ClusterMXBean.class);
    add(mbeans, ObjectNames.POOL, service.pool(), PoolMXBean.class);
    add(mbeans, ObjectNames.HOST, service.host(), HostMXBean.class);
    add(mbeans, ObjectNames.CONSISTENCY, service.consistency(), ConsistencyMXBean.class);
    add(mbeans, ObjectNames.FAILOVER, service.failover(), FailoverMXBean.class);
    add(mbeans, ObjectNames.LOGS, service.logs(), LogsMXBean.class);
    add(mbeans, ObjectNames.BENCHMARK, service.benchmark(), BenchmarkMXBean.class);
    add(mbeans, ObjectNames.postgres(0), service.postgres(0), PostgresMXBean.class);
    add(mbeans, ObjectNames.postgres(1), service.postgres(1), PostgresMXBean.class);
    connector = JmxConnector.start(mbeans, JmxConnectorSettings.loopback(freePort(), folder));
    JsonNode credentials =
        new ObjectMapper().readTree(Files.readString(connector.credentialsFile()));
    password = credentials.path("password").asString();
    ssh = SshServer.setUpDefaultServer();
    ssh.setHost("127.0.0.1");
    ssh.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(folder.resolve("ssh-host-key")));
    ssh.setPasswordAuthenticator((user, secret, _) -> user.equals("dba") && secret.equals("pw"));
    ssh.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
    ssh.start();
  }

  @AfterAll
  static void stop() throws IOException {
    ssh.stop(true);
    connector.close();
  }

  @Test
  void oneRoundBringsEverythingOverTls() throws Exception {
    JmxServiceConnector remote = new JmxServiceConnector(folder.resolve("hosts-a"));
    try (ServiceConnection open = remote.connect(trusted(Optional.empty()))) {
      assertThat(open.role()).isEqualTo(Role.ADMIN);
      LiveData data = LivePoll.fetch(open, Sequences.NONE);
      assertThat(data.status().clusterName()).isEqualTo(ScriptedService.CLUSTER);
      assertThat(data.pool()).hasSize(600);
      assertThat(data.postgres().get(1)).hasSize(600);
    }
  }

  @Test
  void anUnknownCertificateIsNamedAndItsPinOpensTheDoor() throws Exception {
    JmxServiceConnector remote = new JmxServiceConnector(folder.resolve("hosts-b"));
    ConnectRequest unknown = request(password, Optional.empty());
    ConnectFailure failure =
        catchThrowableOfType(ConnectFailure.class, () -> remote.connect(unknown));
    assertThat(failure.kind()).isEqualTo(ConnectFailure.Kind.UNKNOWN_CERTIFICATE);
    try (ServiceConnection open = remote.connect(unknown.withPin(failure.fingerprint()))) {
      assertThat(open.cluster().getStatus().proxyId()).isEqualTo("relevo-a");
    }
  }

  @Test
  void aWrongPasswordIsCalledSo() {
    JmxServiceConnector remote = new JmxServiceConnector(folder.resolve("hosts-c"));
    ConnectFailure failure =
        catchThrowableOfType(
            ConnectFailure.class,
            () ->
                remote.connect(
                    new ConnectRequest(
                        "127.0.0.1",
                        connector.port(),
                        "admin",
                        "wrong",
                        Optional.of(connector.certificateFile()),
                        Optional.empty(),
                        Optional.empty())));
    assertThat(failure.kind()).isEqualTo(ConnectFailure.Kind.WRONG_CREDENTIALS);
  }

  @Test
  void theTunnelWorksAfterThePersonAcceptedTheServersKey() throws Exception {
    Path hosts = folder.resolve("hosts-d");
    JmxServiceConnector remote = new JmxServiceConnector(hosts);
    ConnectFailure failure =
        catchThrowableOfType(
            ConnectFailure.class,
            () -> remote.connect(trusted(Optional.of(tunnel("pw", Optional.empty())))));
    assertThat(failure.kind()).isEqualTo(ConnectFailure.Kind.SSH_UNKNOWN_HOST_KEY);
    assertThat(fingerprints()).contains(failure.fingerprint());
    assertThat(hosts).isEmptyFile();
    SshTunnel accepted = tunnel("pw", Optional.of(failure.fingerprint()));
    try (ServiceConnection open = remote.connect(trusted(Optional.of(accepted)))) {
      assertThat(open.cluster().getStatus().proxyId()).isEqualTo("relevo-a");
    }
    // Known from now on, without asking again.
    SshTunnel again = tunnel("pw", Optional.empty());
    try (ServiceConnection open = remote.connect(trusted(Optional.of(again)))) {
      assertThat(open.role()).isEqualTo(Role.ADMIN);
    }
  }

  @Test
  void aWrongSshPasswordIsCalledSo() throws Exception {
    JmxServiceConnector remote = new JmxServiceConnector(folder.resolve("hosts-e"));
    ConnectFailure failure =
        catchThrowableOfType(
            ConnectFailure.class,
            () ->
                remote.connect(
                    trusted(Optional.of(tunnel("no", Optional.of(shownFingerprint(remote)))))));
    assertThat(failure.kind()).isEqualTo(ConnectFailure.Kind.SSH_AUTHENTICATION);
  }

  @Test
  void anotherKeyThanTheKnownOneIsNeverAccepted() throws Exception {
    Path hosts = folder.resolve("hosts-f");
    JmxServiceConnector remote = new JmxServiceConnector(hosts);
    SshTunnel accepted = tunnel("pw", Optional.of(shownFingerprint(remote)));
    remote.connect(trusted(Optional.of(accepted))).close();
    SshServer impostor = SshServer.setUpDefaultServer();
    impostor.setHost("127.0.0.1");
    impostor.setPasswordAuthenticator((_, _, _) -> true);
    impostor.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(folder.resolve("impostor-key")));
    impostor.start();
    try {
      Files.writeString(
          hosts,
          Files.readString(hosts)
              .replace("]:" + ssh.getPort() + " ", "]:" + impostor.getPort() + " "));
      SshTunnel wrong =
          new SshTunnel(
              "127.0.0.1", impostor.getPort(), "dba", "pw", Optional.empty(), Optional.empty());
      ConnectFailure failure =
          catchThrowableOfType(
              ConnectFailure.class, () -> remote.connect(trusted(Optional.of(wrong))));
      assertThat(failure.kind()).isEqualTo(ConnectFailure.Kind.SSH_CHANGED_HOST_KEY);
    } finally {
      impostor.stop(true);
    }
  }

  private static String shownFingerprint(JmxServiceConnector remote) {
    return catchThrowableOfType(
            ConnectFailure.class,
            () -> remote.connect(trusted(Optional.of(tunnel("pw", Optional.empty())))))
        .fingerprint();
  }

  private static Iterable<String> fingerprints() throws Exception {
    List<String> all = new ArrayList<>();
    for (KeyPair pair : ssh.getKeyPairProvider().loadKeys(null)) {
      all.add(KeyUtils.getFingerPrint(BuiltinDigests.sha256, pair.getPublic()));
    }
    return all;
  }

  private static SshTunnel tunnel(String secret, Optional<String> accepted) {
    return new SshTunnel("127.0.0.1", ssh.getPort(), "dba", secret, Optional.empty(), accepted);
  }

  private static ConnectRequest trusted(Optional<SshTunnel> tunnel) {
    return new ConnectRequest(
        "127.0.0.1",
        connector.port(),
        "admin",
        password,
        Optional.of(connector.certificateFile()),
        Optional.empty(),
        tunnel);
  }

  private static ConnectRequest request(String secret, Optional<SshTunnel> tunnel) {
    return new ConnectRequest(
        "127.0.0.1",
        connector == null ? 1 : connector.port(),
        "admin",
        secret,
        Optional.empty(),
        Optional.empty(),
        tunnel);
  }

  private static <T> void add(MBeanServer server, ObjectName name, T bean, Class<T> type)
      throws JMException {
    server.registerMBean(new StandardMBean(bean, type, true), name);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

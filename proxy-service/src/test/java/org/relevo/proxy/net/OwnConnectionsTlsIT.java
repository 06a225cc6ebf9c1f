package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.proxy.config.SslMode;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.recovery.protocol.ReplicationConnection;
import org.relevo.proxy.recovery.protocol.ServerAddress;

/// The service's own connections to a server that lets nobody in without TLS: health and
/// auth_query, statistics and comparison, replication.
@Timeout(120)
class OwnConnectionsTlsIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static TlsLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = TlsLab.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  enum Way {
    HEALTH {
      @Override
      String connect(String host, Map<String, String> options) throws Exception {
        NodeSettings node =
            new NodeSettings(
                new BackendId(0),
                "node0",
                host,
                lab.serverPort(),
                Optional.empty(),
                Optional.empty(),
                "postgres",
                "clarissa",
                () -> TlsLab.PASSWORD,
                Optional.empty(),
                _ -> options);
        try (Connection connection = NodeLogin.open(node.inDatabase("postgres"), "test", LIMIT)) {
          return encrypted(connection);
        }
      }
    },
    STATISTICS {
      @Override
      String connect(String host, Map<String, String> options) throws Exception {
        JdbcTarget target =
            new JdbcTarget(
                host, lab.serverPort(), "other", "clarissa", () -> TlsLab.PASSWORD, () -> options);
        try (Connection connection = target.withDatabase("postgres").open("test", LIMIT, LIMIT)) {
          return encrypted(connection);
        }
      }
    },
    REPLICATION {
      @Override
      String connect(String host, Map<String, String> options) throws Exception {
        ServerAddress address =
            ServerAddress.of(host, lab.serverPort(), "clarissa", () -> TlsLab.PASSWORD, options);
        try (ReplicationConnection connection = ReplicationConnection.open(address, "test")) {
          // The server's rule for replication wants TLS, so that an answer says enough.
          List<Map<String, String>> rows = connection.query("IDENTIFY_SYSTEM");
          return rows.size() == 1 ? "t" : "";
        }
      }
    };

    /// @return whether it is encrypted
    abstract String connect(String host, Map<String, String> options) throws Exception;

    private static String encrypted(Connection connection) throws Exception {
      return Proxies.one(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyModeDoesWhatItSays(Way way) throws Exception {
    for (SslMode mode : SslMode.values()) {
      if (mode == SslMode.DISABLE) {
        assertThatThrownBy(() -> way.connect("127.0.0.1", options(mode, "ca.crt")))
            .hasMessageContaining("no encryption");
      } else {
        assertThat(way.connect("127.0.0.1", options(mode, "ca.crt"))).as("%s", mode).isEqualTo("t");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void strangersAndWrongNamesAreRefused(Way way) throws Exception {
    for (SslMode mode : List.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL)) {
      assertThatThrownBy(() -> way.connect("127.0.0.1", options(mode, "strange.crt")))
          .hasMessageContaining("unable to find valid certification path");
    }
    assertThat(way.connect("localhost", options(SslMode.VERIFY_CA, "ca.crt"))).isEqualTo("t");
    assertThatThrownBy(() -> way.connect("localhost", options(SslMode.VERIFY_FULL, "ca.crt")))
        .hasMessageContaining("localhost");
  }

  /// With a certificate of the service, which the server's rules ask for.
  private static Map<String, String> options(SslMode mode, String authority) {
    TlsSettings.Trust trust =
        new TlsSettings.Trust(
            Optional.of(folder.resolve(authority)), Optional.empty(), Optional.empty());
    TlsSettings.Pair identity =
        new TlsSettings.Pair(folder.resolve("proxy.crt"), folder.resolve("proxy.key"));
    TlsSettings.Server server =
        new TlsSettings.Server(new BackendId(0), mode, trust, Optional.of(identity));
    Map<String, String> shared = new HashMap<>(server.options(true));
    assertThat(server.options(false)).doesNotContainKeys("sslcert", "sslkey");
    assertThat(shared).containsEntry("sslmode", mode.toString());
    assertThat(shared.containsKey("sslkey")).isEqualTo(mode != SslMode.DISABLE);
    return shared;
  }
}

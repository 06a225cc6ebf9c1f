package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.config.TlsVersion;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.Pki;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.tls.ClientTls;

/// Encrypted clients of a whole proxy: libpq and pgJDBC, asking first and at once.
@Timeout(180)
class TlsIT {
  private static final Path PSQL =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"), "psql");

  @TempDir static Path folder;
  private static RealServer server;
  private static ProxyServer proxy;

  @BeforeAll
  static void start() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
    Pki authority = new Pki("authority");
    authority.writeAuthority(folder.resolve("ca.crt"));
    new Pki("strange").writeAuthority(folder.resolve("strange.crt"));
    Pki.Issued issued = authority.issue("proxy", "localhost");
    issued.writeCertificate(folder.resolve("proxy.crt"));
    issued.writeKey(folder.resolve("proxy.key"));
    Duration wait = Duration.ofSeconds(10);
    TlsSettings settings =
        new TlsSettings(
            true,
            Optional.of(
                new TlsSettings.Pair(folder.resolve("proxy.crt"), folder.resolve("proxy.key"))),
            new TlsSettings.Trust(Optional.empty(), Optional.empty(), Optional.empty()),
            "HIGH:!aNULL",
            true,
            "X25519:prime256v1",
            TlsVersion.V1_2,
            TlsVersion.V1_3,
            "",
            List.of());
    Access access = TestAccess.of(server.port());
    proxy =
        ProxyServer.start(
            TestAccess.settings(0, 2, new SessionSettings(50, wait, wait, wait, false)),
            new FixedViews(server.port()),
            new Access(
                access.authentication(),
                access.logins(),
                access.security(),
                ClientTls.of(settings)));
  }

  @AfterAll
  static void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void psqlVerifiesTheServiceInFull() throws Exception {
    assumeTrue(Files.isExecutable(PSQL), "psql is not installed");
    assertThat(
            psql("sslmode=verify-full sslrootcert=" + folder.resolve("ca.crt"), "host=localhost"))
        .contains("0|ssl=t");
    assertThat(
            psql("sslmode=verify-full sslrootcert=" + folder.resolve("ca.crt"), "host=127.0.0.1"))
        .startsWith("2|")
        .contains("does not match host name");
    assertThat(psql("sslmode=verify-ca sslrootcert=" + folder.resolve("strange.crt"), ""))
        .startsWith("2|")
        .contains("certificate verify failed");
    assertThat(psql("sslmode=require ssl_min_protocol_version=TLSv1.3", "")).contains("0|ssl=t");
    assertThat(psql("sslmode=require ssl_max_protocol_version=TLSv1.2", "")).contains("0|ssl=t");
    assertThat(psql("sslmode=disable", "")).contains("0|ssl=f");
  }

  @Test
  void pgjdbcEncryptsAskingFirstAndAtOnce() throws Exception {
    for (String negotiation : List.of("postgres", "direct")) {
      Properties properties = new Properties();
      properties.put("user", "app");
      properties.put("password", "app");
      properties.put("sslmode", "verify-full");
      properties.put("sslNegotiation", negotiation);
      properties.put("sslrootcert", folder.resolve("ca.crt").toString());
      try (Connection connection = DriverManager.getConnection(url("localhost"), properties)) {
        assertThat(Proxies.one(connection, "SELECT repeat('x', 3000000)")).hasSize(3_000_000);
        assertThat(Proxies.one(connection, "SELECT count(*) FROM generate_series(1, 1000)"))
            .isEqualTo("1000");
      }
      properties.put("sslrootcert", folder.resolve("strange.crt").toString());
      assertThatThrownBy(() -> DriverManager.getConnection(url("localhost"), properties))
          .isInstanceOf(SQLException.class);
    }
  }

  private static String url(String host) {
    return "jdbc:postgresql://" + host + ":" + proxy.address().getPort() + "/postgres";
  }

  /// Exit code, and the psql variable that says whether it is encrypted, or what it complains of.
  private static String psql(String security, String host) throws Exception {
    Process process =
        new ProcessBuilder(
                PSQL.toString(),
                "-XAt",
                "-d",
                "%s port=%d user=trusty dbname=postgres %s"
                    .formatted(
                        host.isEmpty() ? "host=127.0.0.1" : host,
                        proxy.address().getPort(),
                        security),
                "-c",
                "SELECT 1",
                "-c",
                "\\conninfo")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    boolean encrypted = said.contains("SSL connection");
    return process.exitValue() + "|ssl=" + (encrypted ? "t" : "f") + " " + said;
  }
}

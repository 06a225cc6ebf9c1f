package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;

/// The methods of logging in over TLS: clients with and without encryption and certificates, a real
/// server that lets nobody in without TLS and is verified in full, and channel binding on both
/// sides.
@Timeout(180)
class AuthTlsIT {
  private static final int WARM_UP = 20;
  private static final int ROUNDS = 60;
  private static final double FACTOR = 2;

  @TempDir static Path folder;
  private static TlsLab lab;
  private ProxyServer proxy;

  @BeforeAll
  static void start() throws Exception {
    lab = TlsLab.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
  }

  @AfterEach
  void closeProxy() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "host,      disable,     true",
    "host,      require,     true",
    "hostssl,   disable,     false",
    "hostssl,   verify-full, true",
    "hostnossl, disable,     true",
    "hostnossl, require,     false",
  })
  void rulesSeeEncryption(String type, String mode, boolean fits) throws Exception {
    proxy = lab.proxy(type + " all all 127.0.0.1/32 scram-sha-256\n");
    Map<String, String> client = with("sslmode", mode);
    if (fits) {
      try (Connection connection = connect("anna", TlsLab.PASSWORD, client)) {
        assertEncryptedAtServer(connection);
      }
    } else {
      SQLException refused = refused("anna", TlsLab.PASSWORD, client);
      assertThat(refused.getSQLState()).isEqualTo("28000");
      assertThat(refused.getMessage())
          .contains("no pool_hba.conf entry for host \"127.0.0.1\", user \"anna\"")
          .contains(mode.equals("disable") ? "no encryption" : "SSL encryption");
    }
  }

  /// Every method through TLS on both sides; the server's rule for `clara` asks for clear text.
  @ParameterizedTest
  @CsvSource({
    "password,      disable,     anna mia clara",
    "password,      verify-full, anna mia clara",
    "md5,           disable,     anna mia",
    "md5,           verify-full, anna mia",
    "scram-sha-256, disable,     anna",
    "scram-sha-256, verify-full, anna",
  })
  void everyMethodAndWrongPasswordsAsPostgresSaysThem(String method, String mode, String roles)
      throws Exception {
    proxy = lab.proxy("host all all 127.0.0.1/32 " + method + "\n");
    Map<String, String> client = with("sslmode", mode);
    for (String role : List.of(roles.split(" "))) {
      try (Connection connection = connect(role, TlsLab.PASSWORD, client)) {
        assertEncryptedAtServer(connection);
      }
      assertSameRefusal(role, "wrong", client, "postgres");
    }
    for (String role : List.of("nobody", "empty")) {
      assertSameRefusal(role, "wrong", client, "postgres");
    }
  }

  @Test
  void channelBindingOnBothSides() throws Exception {
    proxy = lab.proxy("host all all 127.0.0.1/32 scram-sha-256\n");
    Map<String, String> client = with("sslmode", "verify-full", "channelBinding", "require");
    try (Connection connection = connect("anna", TlsLab.PASSWORD, client)) {
      assertEncryptedAtServer(connection);
    }
    assertThat(lab.mechanisms()).containsExactly("SCRAM-SHA-256-PLUS");
    assertSameRefusal("anna", "wrong", client, "postgres");
    // Without TLS the service has nothing to bind to, and the driver does not go on.
    assertThat(
            refused(
                    "anna",
                    TlsLab.PASSWORD,
                    with("sslmode", "disable", "channelBinding", "require"))
                .getMessage())
        .containsIgnoringCase("channel binding");
  }

  @Test
  void rulesThatRequireBinding() throws Exception {
    proxy = lab.proxy("hostssl all all 127.0.0.1/32 scram-sha-256 channel_binding=require\n");
    connect("anna", TlsLab.PASSWORD, with("sslmode", "require", "channelBinding", "require"))
        .close();
    assertThat(
            refused(
                    "anna",
                    TlsLab.PASSWORD,
                    with("sslmode", "require", "channelBinding", "disable"))
                .getMessage())
        .containsIgnoringCase("SCRAM");
  }

  @Test
  void aServerBehindAnotherCertificateIsNotLoggedInTo() throws Exception {
    lab.forgeEndPoint(true);
    try {
      proxy = lab.proxy("host all all 127.0.0.1/32 scram-sha-256\n");
      SQLException refused = refused("anna", TlsLab.PASSWORD, with("sslmode", "disable"));
      assertThat(refused.getMessage()).contains("channel binding check failed");
    } finally {
      lab.forgeEndPoint(false);
    }
  }

  @Test
  void libpqBindsToo() throws Exception {
    assumeTrue(TlsLab.psqlIsThere(), "needs psql");
    proxy = lab.proxy("host all all 127.0.0.1/32 scram-sha-256\n");
    String verified = "sslmode=verify-full sslrootcert=" + lab.file("ca.crt");
    assertThat(lab.psql(proxy, "anna", verified + " channel_binding=require"))
        .isEqualTo("0 anna|true");
    assertThat(lab.mechanisms()).containsExactly("SCRAM-SHA-256-PLUS");
    assertThat(lab.psql(proxy, "anna", "sslmode=disable channel_binding=require"))
        .startsWith("2 ")
        .contains("channel binding");
  }

  /// By a certificate alone: its name is the role's, or a map says whose it is.
  @ParameterizedTest
  @CsvSource({
    "cert,                                   d_cert,   anna,   anna,  true",
    "cert,                                   d_cert,   anna,   mia,   false",
    "cert,                                   d_cert,   person, anna,  false",
    "cert,                                   d_cert,   '',     anna,  false",
    "cert map=people,                        d_map,    person, anna,  true",
    "cert map=people,                        d_map,    anna,   anna,  false",
    "cert map=people,                        d_map,    person, mia,   false",
    "scram-sha-256 clientcert=verify-full,   d_verify, anna,   anna,  true",
    "scram-sha-256 clientcert=verify-full,   d_verify, person, anna,  false",
    "scram-sha-256 clientcert=verify-full,   d_verify, '',     anna,  false",
  })
  void certificates(String rule, String direct, String shown, String role, boolean allowed)
      throws Exception {
    proxy = lab.proxy("hostssl all all 127.0.0.1/32 " + rule + "\n");
    Map<String, String> client = with("sslmode", "verify-full");
    client.putAll(lab.showing(shown));
    if (allowed) {
      try (Connection connection = connect(role, TlsLab.PASSWORD, client)) {
        assertEncryptedAtServer(connection);
      }
      if (rule.startsWith("scram")) {
        assertSameRefusal(role, "wrong", client, direct);
      }
    } else {
      assertSameRefusal(role, TlsLab.PASSWORD, client, direct);
    }
  }

  /// By libpq: the driver keeps a certificate of an authority that the service does not name.
  @Test
  void aStrangersCertificateDoesNotGetThrough() throws Exception {
    assumeTrue(TlsLab.psqlIsThere(), "needs psql");
    proxy = lab.proxy("hostssl all all 127.0.0.1/32 cert\n");
    String options = "sslmode=require sslcert=%s.crt sslkey=%s.key";
    assertThat(lab.psql(proxy, "anna", options.replace("%s", lab.file("anna"))))
        .isEqualTo("0 anna|true");
    assertThat(lab.psql(proxy, "anna", options.replace("%s", lab.file("stranger"))))
        .startsWith("2 ")
        .contains("SSL error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "verify-full"})
  void cancelRequestsAreEncryptedAsSessionsAre(String mode) throws Exception {
    proxy = lab.proxy("host all all 127.0.0.1/32 scram-sha-256\n");
    try (Connection connection = connect("anna", TlsLab.PASSWORD, with("sslmode", mode));
        Statement statement = connection.createStatement()) {
      int before = lab.secured().size();
      var running =
          Background.run(() ->
              catchThrowableOfType(
                  SQLException.class, () -> statement.execute("SELECT pg_sleep(60)")));
      Await.until("the statement runs", () -> lab.running("pg_sleep"));
      statement.cancel();
      assertThat(running.get().getSQLState()).isEqualTo("57014");
      assertThat(lab.secured().subList(before, lab.secured().size()))
          .hasSize(1)
          .allMatch(connectionToServer -> connectionToServer.encrypted());
      assertThat(Proxies.one(connection, "SELECT 1")).isEqualTo("1");
    }
  }

  /// How long a refusal takes must not tell whether there is such a role. Times of a loaded machine
  /// vary more than what is looked for, so the three kinds take turns and medians are compared:
  /// load meets all alike. A kind that left out a step (asking the server, deriving a key for the
  /// false challenge, the second look at the stored password) would stand out by more than the
  /// factor, for such a step is most of what a refusal costs beyond the driver's own work.
  @ParameterizedTest
  @ValueSource(strings = {"password", "md5", "scram-sha-256"})
  void refusalsTakeTheSameTime(String method) throws Exception {
    proxy = lab.proxy("host all all 127.0.0.1/32 " + method + "\n");
    List<String> roles = List.of("anna", "empty", "nobody");
    Map<String, String> client = with("sslmode", "disable");
    Map<String, List<Long>> times = new HashMap<>();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      for (int i = 0; i < roles.size(); i++) {
        String role = roles.get((round + i) % roles.size());
        long begun = System.nanoTime();
        SQLException refused = refused(role, "wrong", client);
        long took = System.nanoTime() - begun;
        assertThat(refused.getSQLState()).isEqualTo("28P01");
        if (round >= WARM_UP) {
          times.computeIfAbsent(role, _ -> new ArrayList<>()).add(took);
        }
      }
    }
    List<Long> medians = roles.stream().map(role -> median(times.get(role))).sorted().toList();
    assertThat((double) medians.getLast() / medians.getFirst())
        .as("medians of refusals in ns, least first: %s", medians)
        .isLessThan(FACTOR);
  }

  private static long median(List<Long> times) {
    return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
  }

  // ------------------------------------------------------------------ helpers

  private static Map<String, String> with(String... pairs) {
    Map<String, String> options = new HashMap<>();
    options.put("sslrootcert", lab.file("ca.crt"));
    for (int i = 0; i < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return options;
  }

  private Connection connect(String role, String password, Map<String, String> more)
      throws SQLException {
    return Proxies.connect(proxy, role, password, more);
  }

  private SQLException refused(String role, String password, Map<String, String> more) {
    return catchThrowableOfType(SQLException.class, () -> connect(role, password, more).close());
  }

  /// The proxy refuses in the server's words.
  ///
  /// @param database in which the server itself has the rule that is tested
  private void assertSameRefusal(
      String role, String password, Map<String, String> client, String database) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put("sslmode", "require"); // the server lets nobody in without
    properties.put("user", role);
    properties.put("password", password);
    SQLException direct =
        catchThrowableOfType(
            SQLException.class,
            () -> DriverManager.getConnection(lab.directUrl(database), properties).close());
    SQLException proxied = refused(role, password, client);
    assertThat((Throwable) proxied).as("%s %s", role, client).isNotNull();
    assertThat(proxied.getSQLState()).isEqualTo(direct.getSQLState());
    assertThat(proxied.getMessage()).isEqualTo(direct.getMessage());
  }

  private static void assertEncryptedAtServer(Connection connection) throws SQLException {
    assertThat(Proxies.one(connection, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
        .isEqualTo("t");
  }
}

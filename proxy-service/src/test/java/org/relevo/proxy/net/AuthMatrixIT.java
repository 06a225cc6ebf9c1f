package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.auth.AuthSettings;
import org.relevo.proxy.auth.AuthTools;
import org.relevo.proxy.auth.Authentications;
import org.relevo.proxy.auth.ServerLogins;
import org.relevo.proxy.auth.hba.HbaRules;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.AuthQuery;
import org.relevo.proxy.auth.stored.CachedRoles;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;

/// Every method towards clients with every method towards servers, through pgJDBC and libpq.
@Timeout(120)
class AuthMatrixIT {
  private static final Path PSQL =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"))
          .resolve("psql");
  private static final String QUERY =
      "SELECT rolname, rolpassword, rolvaliduntil, rolcanlogin FROM pg_catalog.pg_authid"
          + " WHERE rolname = CAST($1 AS pg_catalog.name)";
  private static final String PASSWORD = "pén cil'";

  @TempDir static Path folder;
  private static RealServer server;
  private static FixedViews views;
  private static AuthQuery catalog;
  private static AuthTools tools;
  private ProxyServer proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
    StringBuilder rules = new StringBuilder("host all postgres 127.0.0.1/32 scram-sha-256\n");
    for (String method : List.of("trust", "password", "md5", "scram-sha-256")) {
      String name = method.replace("-sha-256", "");
      rules.append("host all s_%s,m_%s 127.0.0.1/32 %s%n".formatted(name, name, method));
      server.sql(
          "SET password_encryption = 'scram-sha-256'",
          "CREATE ROLE s_" + name + " LOGIN PASSWORD " + quoted(),
          "SET password_encryption = 'md5'",
          "CREATE ROLE m_" + name + " LOGIN PASSWORD " + quoted());
    }
    rules.append("host all all 127.0.0.1/32 md5\n");
    Files.writeString(Path.of(server.query("SHOW hba_file")), rules);
    server.sql("SELECT pg_reload_conf()");
    views = new FixedViews(server.port());
    NodeSettings node =
        new NodeSettings(
            new BackendId(0),
            "node0",
            "127.0.0.1",
            server.port(),
            Optional.empty(),
            Optional.empty(),
            "postgres",
            "postgres",
            () -> RealServer.PASSWORD);
    catalog = new AuthQuery(views, List.of(node), QUERY);
    tools = AuthTools.of(new CachedRoles(catalog, Duration.ofSeconds(10)));
  }

  private static String quoted() {
    return "'" + PASSWORD.replace("'", "''") + "'";
  }

  @AfterAll
  static void stopServer() throws IOException {
    tools.close();
    catalog.close();
    server.close();
  }

  @AfterEach
  void stopProxy() {
    views.primary(0);
    if (proxy != null) {
      proxy.close();
    }
  }

  /// Which servers a client can be let through to: `s_` roles have a SCRAM verifier, `m_` roles an
  /// md5 hash; `listed` ones stand in pool_passwd in clear text. PostgreSQL itself runs SCRAM under
  /// md5 when a verifier is stored, and refuses md5 hashes under scram-sha-256.
  @ParameterizedTest(name = "{0} {1} listed={2}: {3}")
  @CsvSource({
    "trust,         s_, false, trust",
    "trust,         m_, false, trust",
    "trust,         s_, true,  trust password md5 scram",
    "trust,         m_, true,  trust password md5",
    "password,      s_, false, trust password md5 scram",
    "password,      m_, false, trust password md5",
    "password,      s_, true,  trust password md5 scram",
    "md5,           s_, false, trust md5 scram",
    "md5,           m_, false, trust md5",
    "md5,           s_, true,  trust password md5 scram",
    "md5,           m_, true,  trust password md5",
    "scram-sha-256, s_, false, trust md5 scram",
    "scram-sha-256, m_, false, ''",
    "scram-sha-256, s_, true,  trust password md5 scram",
    "scram-sha-256, m_, true,  trust password md5",
    "default,       s_, false, trust md5 scram",
    "default,       m_, false, trust md5",
    "default,       s_, true,  trust password md5 scram",
    "default,       m_, true,  trust password md5",
  })
  void everyFrontWithEveryBack(String front, String prefix, boolean listed, String open)
      throws Exception {
    start(front, prefix, listed);
    List<String> expected = List.of(open.split(" "));
    for (String back : List.of("trust", "password", "md5", "scram")) {
      String role = prefix + back;
      if (expected.contains(back)) {
        try (Connection connection = Proxies.connect(proxy, role, PASSWORD)) {
          assertThat(Proxies.one(connection, "SELECT current_user")).isEqualTo(role);
        }
      } else {
        SQLException refused = refused(role, PASSWORD);
        assertThat(refused.getSQLState()).as(role).matches("28...|08...|57P03");
        assertThat(refused.getMessage()).doesNotContain(PASSWORD);
      }
      if (!front.equals("trust")) {
        SQLException wrong = refused(role, PASSWORD + "x");
        assertThat(wrong.getSQLState()).isEqualTo("28P01");
        assertThat(wrong.getMessage())
            .contains("password authentication failed for user \"" + role + "\"");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "password,      s_scram, 0",
    "md5,           s_scram, 0",
    "md5,           m_md5,   0",
    "scram-sha-256, s_scram, 0",
    "default,       s_scram, 0",
    "reject,        s_scram, 2",
    "scram-sha-256, m_md5,   2",
  })
  void libpqUnderstandsEveryMethod(String front, String role, int exitCode) throws Exception {
    assumeTrue(Files.isExecutable(PSQL), "needs psql");
    start(front, role, false);
    ProcessBuilder builder =
        new ProcessBuilder(
            PSQL.toString(),
            "-XAt",
            "-h",
            "127.0.0.1",
            "-p",
            String.valueOf(proxy.address().getPort()),
            "-U",
            role,
            "-d",
            "postgres",
            "-c",
            "SELECT current_user");
    builder.environment().put("PGPASSWORD", PASSWORD);
    builder.redirectErrorStream(true);
    Process psql = builder.start();
    String said = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(psql.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(psql.exitValue()).as(said).isEqualTo(exitCode);
    if (exitCode == 0) {
      assertThat(said).isEqualTo(role + "\n");
    } else {
      assertThat(said)
          .contains(front.equals("reject") ? "pool_hba.conf rejects" : "authentication failed");
    }
  }

  @Test
  void changedPasswordsWorkAtOnce() throws Exception {
    start("default", "", false);
    server.sql("SET password_encryption = 'md5'", "CREATE ROLE changing LOGIN PASSWORD 'one'");
    Proxies.connect(proxy, "changing", "one").close();
    server.sql("SET password_encryption = 'md5'", "ALTER ROLE changing PASSWORD 'two'");
    Proxies.connect(proxy, "changing", "two").close();
    assertThat(refused("changing", "one").getSQLState()).isEqualTo("28P01");
    // SCRAM's salt is out before the password is seen: at most one login meets the old one.
    server.sql("ALTER ROLE changing PASSWORD 'three'");
    String state = stateOf("changing", "three");
    assertThat(state).isIn("", "28P01");
    assertThat(stateOf("changing", "three")).isEmpty();
    server.sql("ALTER ROLE changing PASSWORD 'four'");
    String afterScram = stateOf("changing", "four");
    assertThat(afterScram).isIn("", "28P01");
    assertThat(stateOf("changing", "four")).isEmpty();
  }

  @Test
  void rolesThatMayNotComeIn() throws Exception {
    start("default", "", false);
    server.sql(
        "CREATE ROLE expired LOGIN PASSWORD 'x' VALID UNTIL '2001-01-01'",
        "CREATE ROLE forever LOGIN PASSWORD 'x' VALID UNTIL 'infinity'",
        "CREATE ROLE nologin NOLOGIN PASSWORD 'x'",
        "CREATE ROLE empty LOGIN");
    for (String role : List.of("expired", "empty", "unknown", "x' OR 'x' = 'x")) {
      SQLException refused = refused(role, "x");
      assertThat(refused.getSQLState()).as(role).isEqualTo("28P01");
      assertThat(refused.getMessage())
          .contains("password authentication failed for user \"" + role + "\"");
    }
    assertThat(refused("nologin", "x").getMessage())
        .contains("role \"nologin\" is not permitted to log in");
    Proxies.connect(proxy, "forever", "x").close();
  }

  @Test
  void membersAreFoundInTheCatalog() throws Exception {
    server.sql(
        "CREATE ROLE boss NOLOGIN",
        "CREATE ROLE staff NOLOGIN IN ROLE boss",
        "CREATE ROLE member LOGIN PASSWORD 'x' IN ROLE staff",
        "CREATE ROLE other LOGIN PASSWORD 'x'");
    startWith("host all +boss 127.0.0.1/32 scram-sha-256\n");
    Proxies.connect(proxy, "member", "x").close();
    assertThat(refused("other", "x").getMessage()).contains("no pool_hba.conf entry for host");
  }

  @Test
  void withoutAServerNobodyIsToldThatThePasswordIsWrong() throws Exception {
    NodeSettings nowhere =
        new NodeSettings(
            new BackendId(0),
            "node0",
            "127.0.0.1",
            1,
            Optional.empty(),
            Optional.empty(),
            "postgres",
            "postgres",
            () -> RealServer.PASSWORD);
    try (AuthQuery query = new AuthQuery(views, List.of(nowhere), QUERY)) {
      AuthTools cut = tools.with(new CachedRoles(query, Duration.ofSeconds(10)));
      proxy = proxy(AuthSettings.DEFAULTS, cut);
      assertThat(refused("s_scram", PASSWORD).getSQLState()).isEqualTo("57P03");
    }
  }

  /// @param front method of pool_hba.conf, or `default` for none
  /// @param prefix of the roles that are listed
  private void start(String front, String prefix, boolean listed) throws Exception {
    PoolPasswd passwords = PoolPasswd.NONE;
    if (listed) {
      StoredPassword plain = new StoredPassword.Plain(new Secret(PASSWORD));
      passwords =
          new PoolPasswd(
              Map.of(
                  prefix + "trust", plain,
                  prefix + "password", plain,
                  prefix + "md5", plain,
                  prefix + "scram", plain));
    }
    Optional<HbaRules> rules =
        front.equals("default")
            ? Optional.empty()
            : Optional.of(rules("host all all 127.0.0.1/32 " + front + "\n"));
    proxy = proxy(new AuthSettings(rules, IdentMap.EMPTY, passwords, false), tools);
  }

  private void startWith(String rules) throws Exception {
    proxy =
        proxy(
            new AuthSettings(Optional.of(rules(rules)), IdentMap.EMPTY, PoolPasswd.NONE, false),
            tools);
  }

  private static HbaRules rules(String text) throws Exception {
    Path file = folder.resolve("pool_hba.conf");
    Files.writeString(file, text);
    return HbaRules.read(file);
  }

  private static ProxyServer proxy(AuthSettings settings, AuthTools with) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    return ProxyServer.start(
        TestAccess.settings(0, 2, new SessionSettings(50, wait, wait, wait, false)),
        views,
        new Access(
            Authentications.of(settings, with),
            new ServerLogins(with.computing(), () -> true)::begin,
            ServerSecurity.PLAIN));
  }

  private SQLException refused(String role, String password) {
    return catchThrowableOfType(
        SQLException.class, () -> Proxies.connect(proxy, role, password).close());
  }

  /// @return "" when it could log in
  private String stateOf(String role, String password) {
    try {
      Proxies.connect(proxy, role, password).close();
      return "";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }
}

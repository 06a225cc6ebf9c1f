package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.freshness.SessionToken;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;

/// What one session was told another one sees, on another service too, when it brings the token
/// along. All reads go to the standby unless something forbids it.
class CarriedSessionIT {
  private static final String READ = "SELECT max(n)::text || ' ' || node() FROM told";
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private BalancedProxy here;
  private BalancedProxy there;
  private int told;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary().execute("CREATE TABLE told (n int); INSERT INTO told VALUES (0)");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @AfterEach
  void stopProxies() throws SQLException {
    pair.resume();
    here.close();
    there.close();
    LEAKS.assertNone();
  }

  private void open(PoolMode mode) throws Exception {
    Choice choice = new Choice(mode, 10, "statement_level_load_balance = on", 0, 1);
    here = new BalancedProxy(pair, choice);
    there = new BalancedProxy(pair, choice);
    told = Integer.parseInt(pair.primary().ask("SELECT max(n) FROM told"));
  }

  private String onPrimary() {
    return told + " " + pair.primary().port();
  }

  private String onStandby(int seen) {
    return seen + " " + pair.standby().port();
  }

  /// Writes through one service while the standby stands still.
  private String written(LabClient.Kind kind) throws Exception {
    try (LabClient writer = LabClient.of(kind, here.port())) {
      told++;
      writer.ask("INSERT INTO told VALUES (" + told + ")");
      String token = writer.ask("SHOW relevo.session");
      assertThat(token).startsWith("r1").hasSize(34);
      return token;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void aTokenIsWorthTheSessionThatGaveIt(PoolMode mode) throws Exception {
    open(mode);
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      pair.level();
      pair.pause();
      int before = told;
      String token = written(kind);
      try (LabClient reader = LabClient.of(kind, there.port());
          LabClient other = LabClient.of(kind, there.port())) {
        reader.ask("SET relevo.session = '" + token + "'");
        for (int i = 0; i < 3; i++) {
          assertThat(reader.ask(READ)).as(kind + " with the token").isEqualTo(onPrimary());
        }
        assertThat(reader.ask("SHOW relevo.session")).isEqualTo(token);
        assertThat(other.ask(READ)).as(kind + " without").isEqualTo(onStandby(before));
        pair.resume();
        pair.level();
        there.caughtUp();
        assertThat(reader.ask(READ)).as(kind + " caught up").isEqualTo(onStandby(told));
      }
    }
  }

  @Test
  void aTokenComesWithTheStartUpPacketToo() throws Exception {
    open(PoolMode.TRANSACTION);
    pair.level();
    pair.pause();
    String token = written(LabClient.Kind.JDBC);
    try (Connection reader = connect(token);
        var statement = reader.createStatement();
        var rows = statement.executeQuery(READ)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo(onPrimary());
    }
    assertThatThrownBy(() -> connect("r1" + "A".repeat(32)).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
    assertThatThrownBy(() -> connect("r1" + "A".repeat(5000)).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
  }

  private Connection connect(String token) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", "trusty");
    properties.put("options", "-c relevo.session=" + token);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + there.port() + "/postgres", properties);
  }

  @ParameterizedTest
  @EnumSource
  void aBadTokenIsRefusedAndTheSessionGoesOn(LabClient.Kind kind) throws Exception {
    open(PoolMode.TRANSACTION);
    try (LabClient client = LabClient.of(kind, here.port())) {
      for (String bad :
          new String[] {
            "x",
            "r2" + "A".repeat(32),
            "r1" + "A".repeat(32),
            "r1" + "A".repeat(20_000),
            new SessionToken(7, 1, new Lsn(7)).text()
          }) {
        assertThatThrownBy(() -> client.ask("SET relevo.session = '" + bad + "'"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
        assertThat(client.ask("SELECT '1'")).isEqualTo("1");
      }
      client.begin();
      client.ask("INSERT INTO told VALUES (-1)");
      assertThatThrownBy(() -> client.ask("SET relevo.session = 'x'"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> client.ask("SELECT '1'"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
      client.rollback();
      assertThat(client.ask("SELECT count(*)::text FROM told WHERE n = -1")).isEqualTo("0");
      client.ask("SET relevo.session = ''");
      client.ask("RESET relevo.session");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTokenFollowsEachWrite(LabClient.Kind kind) throws Exception {
    open(PoolMode.TRANSACTION);
    try (LabClient client = LabClient.of(kind, here.port())) {
      Lsn last = SessionToken.parse(client.ask("SHOW relevo.session")).position();
      assertThat(last).isEqualTo(Lsn.ZERO);
      for (int i = 0; i < 10; i++) {
        client.ask("UPDATE told SET n = n");
        client.ask("INSERT INTO told VALUES (0)");
        Lsn next = SessionToken.parse(client.ask("SHOW relevo.session")).position();
        assertThat(next).isGreaterThan(last);
        last = next;
      }
      client.begin();
      client.ask("INSERT INTO told VALUES (0)");
      assertThat(SessionToken.parse(client.ask("SHOW relevo.session")).position())
          .as("nothing of it was acknowledged")
          .isEqualTo(last);
      client.rollback();
    }
  }
}

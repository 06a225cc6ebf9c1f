package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;

/// What a session carries is the same on whichever node its reads run; these go to either at
/// random.
class FollowingIT {
  private static final String WHO = "SELECT name || ' ' || node() FROM who";
  private static final String RULES =
      "statement_level_load_balance = on & read_consistency = eventual";
  private static final int ROUNDS = 30;
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private final Set<String> nodes = new HashSet<>();
  private BalancedProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary()
        .execute(
            "CREATE ROLE limited; GRANT limited TO trusty;"
                + "CREATE SCHEMA one; CREATE TABLE one.who (name text);"
                + "INSERT INTO one.who VALUES ('1');"
                + "CREATE SCHEMA two; CREATE TABLE two.who (name text);"
                + "INSERT INTO two.who VALUES ('2');"
                + "CREATE SEQUENCE seq;"
                + "CREATE SCHEMA three; CREATE VIEW three.who AS"
                + " SELECT nextval('public.seq')::text AS name;"
                + "GRANT USAGE ON SCHEMA one TO limited; GRANT SELECT ON one.who TO limited;"
                + "ALTER ROLE trusty SET search_path = one, public");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
    LEAKS.assertNone();
  }

  private interface Scene {
    void play(LabClient client) throws Exception;
  }

  private void each(PoolMode mode, Scene scene) throws Exception {
    proxy = new BalancedProxy(pair, Choice.of(mode, RULES));
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      nodes.clear();
      try (LabClient client = LabClient.of(kind, proxy.port())) {
        scene.play(client);
        assertThat(nodes).as("nodes that served").hasSize(2);
      } catch (SQLException | AssertionError e) {
        throw new AssertionError(kind + ": " + e.getMessage(), e);
      }
    }
  }

  /// The answer without its node, which is remembered.
  private String told(String answer) {
    int space = answer.lastIndexOf(' ');
    nodes.add(answer.substring(space + 1));
    return answer.substring(0, Math.max(0, space));
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void searchPath(PoolMode mode) throws Exception {
    each(
        mode,
        client -> {
          for (int i = 0; i < ROUNDS; i++) {
            String schema = i % 2 == 0 ? "one" : "two";
            client.ask("SET search_path = " + schema + ", public");
            for (int read = 0; read < 3; read++) {
              assertThat(told(client.ask(WHO))).isEqualTo(i % 2 == 0 ? "1" : "2");
            }
          }
          client.ask("SET search_path = three, public");
          for (int i = 0; i < ROUNDS / 3; i++) {
            assertThat(client.ask(WHO))
                .as("a view that writes")
                .endsWith(" " + pair.primary().port());
          }
          client.ask("RESET search_path");
          assertThat(told(client.ask(WHO))).isEqualTo("1");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void setLocal(PoolMode mode) throws Exception {
    each(
        mode,
        client -> {
          for (int i = 0; i < ROUNDS; i++) {
            client.begin();
            if (i % 3 == 0) {
              told(client.ask("SELECT 'x ' || node() FROM who"));
            }
            client.ask("SET LOCAL application_name = 'n" + i + "'");
            assertThat(
                    told(client.ask("SELECT current_setting('application_name') || ' ' || node()")))
                .isEqualTo("n" + i);
            client.ask("SET LOCAL search_path = two, public");
            assertThat(told(client.ask(WHO))).isEqualTo("2");
            client.ask("SET LOCAL search_path = three, public");
            assertThat(client.ask(WHO))
                .as("a view that writes")
                .endsWith(" " + pair.primary().port());
            client.commit();
            assertThat(told(client.ask(WHO))).isEqualTo("1");
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void theReadsOfATransactionStayOnOneNode(PoolMode mode) throws Exception {
    each(
        mode,
        client -> {
          String read = "SELECT 'x ' || node() FROM who";
          for (int i = 0; i < ROUNDS; i++) {
            client.begin();
            String first = client.ask(read);
            told(first);
            for (int next = 0; next < 4; next++) {
              assertThat(client.ask(read)).as("read " + next + " of " + i).isEqualTo(first);
              if (next == 1) {
                client.ask("SELECT count(*)::text FROM pg_stat_activity"); // the primary's
              }
            }
            client.commit();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void roles(PoolMode mode) throws Exception {
    each(
        mode,
        client -> {
          for (int i = 0; i < ROUNDS; i++) {
            client.ask("SET ROLE limited");
            assertThat(told(client.ask("SELECT current_user || ' ' || node() FROM who")))
                .isEqualTo("limited");
            assertThatThrownBy(() -> client.ask("SELECT name FROM two.who"))
                .isInstanceOfSatisfying(
                    SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
            client.ask("RESET ROLE");
            assertThat(told(client.ask("SELECT current_user || ' ' || node() FROM who")))
                .isEqualTo("trusty");
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void savepoints(PoolMode mode) throws Exception {
    each(
        mode,
        client -> {
          for (int i = 0; i < ROUNDS; i++) {
            client.begin();
            client.ask("SAVEPOINT a");
            client.ask("SET LOCAL work_mem = '9MB'");
            String setting = "SELECT current_setting('work_mem') || ' ' || node() FROM who";
            assertThat(told(client.ask(setting))).isEqualTo("9MB");
            client.ask("ROLLBACK TO a");
            assertThat(told(client.ask(setting))).isNotEqualTo("9MB");
            assertThatThrownBy(() -> client.ask("SELECT 1 / (name::int - 1) FROM who"))
                .isInstanceOfSatisfying(
                    SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
            client.ask("ROLLBACK TO a");
            assertThat(told(client.ask(WHO))).isEqualTo("1");
            client.ask("INSERT INTO one.who VALUES ('3')");
            assertThat(client.ask("SELECT count(*)::text FROM who")).isEqualTo("2");
            client.ask("ROLLBACK TO a");
            assertThat(client.ask("SELECT count(*)::text FROM who")).isEqualTo("1");
            client.ask("RELEASE a");
            client.commit();
            told(client.ask("SELECT 'x ' || node() FROM who"));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void statementsPreparedBySql(PoolMode mode) throws Exception {
    each(
        mode,
        client -> {
          client.ask("PREPARE p (int) AS SELECT name || $1 || ' ' || node() FROM who");
          for (int i = 0; i < ROUNDS; i++) {
            assertThat(told(client.ask("EXECUTE p(" + i + ")"))).isEqualTo("1" + i);
            told(client.ask("SELECT 'x ' || node() FROM who"));
          }
          client.ask("DEALLOCATE p");
          assertThatThrownBy(() -> client.ask("EXECUTE p(1)"))
              .isInstanceOfSatisfying(
                  SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("26000"));
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void statementsPreparedByTheProtocol(PoolMode mode) throws Exception {
    proxy = new BalancedProxy(pair, Choice.of(mode, RULES));
    try (JdbcClient client = new JdbcClient(proxy.port(), "extended");
        PreparedStatement read =
            client
                .connection()
                .prepareStatement("SELECT name || ?::text || ' ' || node() FROM who")) {
      for (int i = 0; i < 4 * ROUNDS; i++) {
        boolean two = i % 20 >= 10;
        if (i % 10 == 0) {
          client.ask("SET search_path = " + (two ? "two" : "one") + ", public");
        }
        read.setInt(1, i);
        try (ResultSet rows = read.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(told(rows.getString(1))).isEqualTo((two ? "2" : "1") + i);
        }
      }
    }
    assertThat(nodes).hasSize(2);
  }
}

package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;

/// What a role's sessions begin with counts like what a session has set. All reads that may go to
/// the standby do.
class RoleDefaultsIT {
  private static final String READ = "SELECT node() FROM items";
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private BalancedProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary().execute("CREATE TABLE items (id int); INSERT INTO items VALUES (1)");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @AfterEach
  void stopProxy() throws Exception {
    proxy.close();
    pair.primary().execute("ALTER ROLE trusty RESET ALL");
    pair.primary().execute("ALTER ROLE trusty IN DATABASE postgres RESET ALL");
    pair.level();
    LEAKS.assertNone();
  }

  private void open(PoolMode mode, String definition) throws IOException, SQLException {
    pair.primary().execute(definition);
    pair.level();
    proxy = new BalancedProxy(pair, new Choice(mode, 10, "", 0, 1));
  }

  private static String primary() {
    return String.valueOf(pair.primary().port());
  }

  private static String standby() {
    return String.valueOf(pair.standby().port());
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSACTION, ALTER ROLE trusty",
    "SESSION, ALTER ROLE trusty",
    "TRANSACTION, ALTER ROLE trusty IN DATABASE postgres"
  })
  void serializableIsForThePrimary(PoolMode mode, String alter) throws Exception {
    open(mode, alter + " SET default_transaction_isolation = 'serializable'");
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      try (LabClient client = LabClient.of(kind, proxy.port())) {
        assertThat(client.ask(READ)).as(kind + " alone").isEqualTo(primary());
        client.ask("BEGIN");
        assertThat(client.ask(READ)).as(kind + " in a transaction").isEqualTo(primary());
        client.ask("COMMIT");
        client.ask("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY");
        assertThat(client.ask(READ))
            .as(kind + " at another level")
            .isEqualTo(kind.takesSettings() ? primary() : standby());
        client.ask("COMMIT");
        client.ask("SET default_transaction_isolation = 'read committed'");
        assertThat(client.ask(READ)).as(kind + ": no standby takes it").isEqualTo(primary());
        client.ask("RESET default_transaction_isolation");
        assertThat(client.ask(READ)).as(kind + " without it").isEqualTo(primary());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TRANSACTION", "SESSION"})
  void repeatableReadHasOneNode(PoolMode mode) throws Exception {
    open(mode, "ALTER ROLE trusty SET default_transaction_isolation = 'repeatable read'");
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      try (LabClient client = LabClient.of(kind, proxy.port())) {
        client.ask("BEGIN");
        assertThat(client.ask(READ)).as(kind + ": it may write").isEqualTo(primary());
        client.ask("COMMIT");
        client.ask("BEGIN READ ONLY");
        assertThat(client.ask(READ)).as(kind + " READ ONLY").isEqualTo(standby());
        client.ask("COMMIT");
        assertThat(client.ask(READ)).as(kind + " alone").isEqualTo(standby());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TRANSACTION", "SESSION"})
  void readOnlyTransactionsAreWhole(PoolMode mode) throws Exception {
    open(mode, "ALTER ROLE trusty SET default_transaction_read_only = on");
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      try (LabClient client = LabClient.of(kind, proxy.port())) {
        client.ask("BEGIN ISOLATION LEVEL REPEATABLE READ");
        assertThat(client.ask(READ)).as(kind.toString()).isEqualTo(standby());
        client.ask("COMMIT");
        client.ask("BEGIN READ WRITE");
        client.ask("INSERT INTO items VALUES (2)");
        assertThat(client.ask(READ)).as(kind + " that wrote").isEqualTo(primary());
        client.ask("ROLLBACK");
      }
    }
  }

  /// SET ROLE does not bring the settings of the role.
  @ParameterizedTest
  @CsvSource({"TRANSACTION", "SESSION"})
  void theLoginsSettingsCountWhateverItsRole(PoolMode mode) throws Exception {
    open(
        mode,
        "CREATE SCHEMA one; CREATE TABLE one.mine (id int); INSERT INTO one.mine VALUES (1);"
            + " CREATE ROLE limited; GRANT USAGE ON SCHEMA one TO limited;"
            + " GRANT SELECT ON one.mine TO limited; ALTER ROLE limited SET search_path = public;"
            + " ALTER ROLE trusty SET search_path = one, public");
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      try (LabClient client = LabClient.of(kind, proxy.port())) {
        client.ask("SET ROLE limited");
        assertThat(client.ask("SELECT node() FROM mine")).as(kind.name()).isEqualTo(standby());
      }
    }
    pair.primary().execute("DROP SCHEMA one CASCADE; DROP ROLE limited");
  }
}

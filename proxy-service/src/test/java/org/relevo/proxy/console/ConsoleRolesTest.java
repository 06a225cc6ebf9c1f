package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.wire.BackendError;

class ConsoleRolesTest {
  private static final ConsoleAccess ACCESS = new ConsoleAccess(Set.of("dba"), Set.of("zabbix"));
  private static final FakeSource SOURCE = new FakeSource();

  @Test
  void nobodyIsLetInUntilNamed() {
    assertThat(new ConsoleAccess(Set.of(), Set.of()).role("postgres", false))
        .isEqualTo(ConsoleRole.NONE);
    assertThat(ACCESS.role("dba", false)).isEqualTo(ConsoleRole.ADMIN);
    assertThat(ACCESS.role("zabbix", false)).isEqualTo(ConsoleRole.STATS);
    assertThat(ACCESS.role("DBA", false)).isEqualTo(ConsoleRole.NONE);
    assertThat(ACCESS.role("anybody", true)).isEqualTo(ConsoleRole.ADMIN);
  }

  @Test
  void aRefusalSaysWhatToSet() {
    assertThat(ConsoleAccess.refusal(ConsoleRole.STATS, "x")).isEmpty();
    BackendError error = ConsoleAccess.refusal(ConsoleRole.NONE, "x").orElseThrow();
    assertThat(error.sqlState()).isEqualTo("42501");
    assertThat(error.fields().get('S')).isEqualTo("FATAL");
    assertThat(error.fields().get('H')).contains("console_stats_users");
  }

  @Test
  void theConsolesDatabasesAreKnown() {
    assertThat(List.of("relevo", "pgbouncer", "pgpool")).allMatch(ConsoleAccess::isConsole);
    assertThat(List.of("Relevo", "postgres", "")).noneMatch(ConsoleAccess::isConsole);
  }

  private static List<Row> rows(String sql, String user, ConsoleRole role) {
    return rows(sql, new Viewer(user, role, "test"));
  }

  private static List<Row> rows(String sql, Viewer viewer) {
    ConsoleCommand command = ConsoleCommands.pgpoolCommand(sql).orElseThrow();
    ResultTable table = ConsoleTables.open(command, SOURCE, viewer).toCompletableFuture().join();
    List<Row> rows = new java.util.ArrayList<>();
    table.rows().forEachRemaining(rows::add);
    return rows;
  }

  @Test
  void inAnOrdinaryDatabaseOnlyOwnSessionsAreShown() {
    assertThat(rows("SHOW POOL_PROCESSES", "report", ConsoleRole.NONE)).hasSize(1);
    assertThat(rows("SHOW POOL_PROCESSES", "nobody", ConsoleRole.NONE)).isEmpty();
    assertThat(rows("SHOW POOL_POOLS", "report", ConsoleRole.NONE)).isEmpty();
    assertThat(rows("SHOW POOL_POOLS", "app", ConsoleRole.NONE)).hasSize(2);
    assertThat(rows("SHOW POOL_PROCESSES", "nobody", ConsoleRole.STATS)).hasSize(3);
    assertThat(rows("SHOW POOL_NODES", "nobody", ConsoleRole.NONE)).hasSize(2);
  }

  @Test
  void pgpoolsTablesHoldItsWords() {
    assertThat(rows("SHOW POOL_NODES", "x", ConsoleRole.NONE).get(1).values())
        .startsWith("1", "10.0.1.1", "5432", "quarantine", "down", "0.333333", "standby")
        .contains("unknown", "4096", "streaming", "async");
    assertThat(rows("PGPOOL SHOW backend", "x", ConsoleRole.NONE))
        .extracting(Row::values)
        .containsExactly(List.of("backend_hostname0", "10.0.1.0", "Host name."));
    assertThat(rows("PGPOOL SHOW port", "x", ConsoleRole.NONE))
        .extracting(Row::values)
        .containsExactly(List.of("9999"));
  }

  @Test
  void theLoadBalanceNodeIsThatOfTheSession() {
    String balanced = "SHOW POOL_NODES WHERE load_balance_node = 'true'";
    for (int node = 0; node < 2; node++) {
      Optional<BackendId> readsOn = Optional.of(new BackendId(node));
      assertThat(rows(balanced, new Viewer("x", ConsoleRole.NONE, "test", () -> readsOn)))
          .extracting(row -> row.values().getFirst())
          .containsExactly(String.valueOf(node));
    }
    assertThat(rows(balanced, "x", ConsoleRole.NONE))
        .as("no read was balanced yet")
        .extracting(row -> row.values().get(6))
        .containsExactly("primary");
  }

  private final MemorySink sink = new MemorySink();

  private ConsoleSession session(ConsoleRole role) {
    return new ConsoleSession(sink, SOURCE, new Viewer("boss", role, "test"));
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSE",
    "RESUME",
    "RELOAD",
    "RECONNECT",
    "KILL",
    "KILL CLIENT 1",
    "DISABLE x",
    "ENABLE x",
    "WAIT_CLOSE"
  })
  void whoMayOnlyLookCannotAct(String sql) {
    ConsoleSession reader = session(ConsoleRole.STATS);
    sink.query(reader, sql);
    assertThat(sink.tags()).isEqualTo("EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("42501");
    assertThat(SOURCE.acts).isEmpty();
    reader.closed();
  }

  @ParameterizedTest
  @CsvSource({
    "SHOW POOL_NODES, TDDCZ", "PGPOOL SHOW port, TDCZ", "PGPOOL RESET ALL, CZ", "SHOW CLIENTS, EZ",
    "SHOW CONFIG, EZ", "PAUSE, EZ", "SELECT 1, EZ", "BEGIN, EZ"
  })
  void anOrdinarySessionsConsoleAnswersPgpoolsStatementsOnly(String sql, String tags) {
    ConsoleSession ordinary = session(ConsoleRole.NONE);
    sink.query(ordinary, sql);
    assertThat(sink.tags()).isEqualTo(tags);
    if (tags.startsWith("E")) {
      assertThat(sink.last('E').sqlState()).isEqualTo("42501");
    }
    ordinary.closed();
  }
}

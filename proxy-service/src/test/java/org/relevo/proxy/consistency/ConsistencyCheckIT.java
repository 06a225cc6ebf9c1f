package org.relevo.proxy.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;

class ConsistencyCheckIT {
  @TempDir static Path folder;
  private static TestServer primary;
  private static TestServer standby;
  private static TestServer stranger;

  private final WriterGate gate = new WriterGate();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Writer> writers = new ArrayList<>();

  @BeforeAll
  static void startServers() throws IOException, SQLException {
    stranger = TestServer.start(folder, "stranger");
    primary = TestServer.start(folder, "primary");
    standby = primary.startStandby(folder, "standby");
    for (TestServer server : List.of(primary, stranger)) {
      server.execute(
          "CREATE TABLE a(id bigint)",
          "CREATE TABLE b(id bigint)",
          "INSERT INTO b SELECT generate_series(1, 200000)",
          "CREATE UNLOGGED TABLE fast(id int)",
          "INSERT INTO fast VALUES (1)");
    }
    stranger.execute("INSERT INTO a VALUES (1)", "CREATE TABLE only_here()");
  }

  @AfterAll
  static void stopServers() throws IOException {
    standby.close();
    primary.close();
    stranger.close();
  }

  @AfterEach
  void endWriters() throws InterruptedException {
    for (Writer writer : writers) {
      writer.end();
    }
    assertThat(gate.state().holder()).isEmpty();
  }

  @Test
  void aPairUnderRunningWritesIsEqualAgainAndAgain() {
    for (int writer = 0; writer < 4; writer++) {
      writers.add(new Writer());
    }
    try (ConsistencyCheck check = check(pair(), Duration.ofSeconds(5))) {
      assertThat(check.getLastReport().state()).isEqualTo(ConsistencyState.NEVER);
      long lastRows = 0;
      for (int round = 1; round <= 8; round++) {
        awaitWrites();
        ConsistencyReport report = run(check);
        assertThat(report.problem()).isEmpty();
        assertThat(report.state()).as(report.toString()).isEqualTo(ConsistencyState.EQUAL);
        assertThat(report.id()).isEqualTo(round);
        assertThat(report.heldMs()).isBetween(0L, 5000L);
        assertThat(Lsn.parse(report.lsn())).isGreaterThan(Lsn.ZERO);
        long rows = table(report, "a").counts().getFirst().rows();
        assertThat(rows).isGreaterThan(lastRows);
        lastRows = rows;
        assertThat(table(report, "fast").counts())
            .extracting(NodeCount::problem)
            .containsOnly(Comparison.UNLOGGED);
      }
      assertThat(events.getFirst()).isEqualTo("consistency.started id=1 database=postgres");
      assertThat(events.get(1)).contains("consistency.finished id=1 state=EQUAL");
      await(() -> events.size() == 16); // the report is there before its event
    }
  }

  @Test
  void serversThatDifferAreDifferent() {
    ClusterView view = view(primary.view(0, Role.PRIMARY), stranger.view(1, Role.PRIMARY));
    try (ConsistencyCheck check = check(view, Duration.ofSeconds(5))) {
      ConsistencyReport report = run(check);
      assertThat(report.state()).isEqualTo(ConsistencyState.DIFFERENT);
      assertThat(table(report, "a").equal()).isFalse();
      assertThat(table(report, "b").equal()).isTrue();
      assertThat(table(report, "fast").counts().getFirst().rows()).isEqualTo(1);
      assertThat(table(report, "only_here").counts().getFirst().problem())
          .contains("no such table");
    }
  }

  @Test
  void aNodeThatIsDownIsNamedAndItsTablesAreNotEqual() throws IOException {
    standby.stop();
    try (ConsistencyCheck check = check(pair(), Duration.ofSeconds(5))) {
      ConsistencyReport report = run(check);
      assertThat(report.state()).isEqualTo(ConsistencyState.FAILED);
      assertThat(report.problem()).contains("node1").contains("refused");
      assertThat(table(report, "b").equal()).isFalse();
      assertThat(table(report, "b").counts().getFirst().rows()).isEqualTo(200_000);
      assertThat(table(report, "b").counts().getLast().problem()).contains("refused");
    } finally {
      standby.start();
    }
  }

  @Test
  void aTransactionThatDoesNotEndGivesUpCleanly() throws InterruptedException {
    gate.begin();
    try (ConsistencyCheck check = check(pair(), Duration.ofMillis(300))) {
      ConsistencyReport report = run(check);
      assertThat(report.state()).isEqualTo(ConsistencyState.FAILED);
      assertThat(report.problem()).contains("did not end within 300 ms (1 sessions");
      assertThat(report.heldMs()).isBetween(300L, 2000L);
      assertThat(gate.state().holder()).isEmpty();
    } finally {
      gate.end();
    }
  }

  @Test
  void aStandbyThatDoesNotCatchUpIsNamedWithItsDistance() throws SQLException {
    standby.execute("SELECT pg_wal_replay_pause()");
    try (ConsistencyCheck check = check(pair(), Duration.ofMillis(500))) {
      primary.execute("INSERT INTO a SELECT generate_series(1, 1000)");
      ConsistencyReport report = run(check);
      assertThat(report.state()).isEqualTo(ConsistencyState.FAILED);
      assertThat(report.problem()).contains("node1").contains("bytes behind");
      assertThat(report.heldMs()).isBetween(450L, 2000L);
    } finally {
      standby.execute("SELECT pg_wal_replay_resume()");
    }
  }

  @Test
  void aTableThatIsDroppedMeanwhileMakesASecondAttempt() throws SQLException {
    primary.execute("CREATE TABLE doomed(id int)");
    AtomicLong drops = new AtomicLong();
    // After the snapshots, before the counts; the first attempt only is disturbed.
    Consumer<String> onRelease =
        _ -> {
          if (drops.getAndIncrement() == 0) {
            disturb();
          }
        };
    ReleaseListener listening = new ReleaseListener(gate, onRelease);
    ConsistencySettings settings = settings(Duration.ofSeconds(5));
    try (ConsistencyCheck check =
        new ConsistencyCheck(fixed(pair()), listening, settings, this::event)) {
      ConsistencyReport report = run(check);
      assertThat(report.state()).as(report.toString()).isEqualTo(ConsistencyState.EQUAL);
      assertThat(gate.holds()).isEqualTo(2);
    }
  }

  @Test
  void aSecondOneAndOneBesideAnOperationAreRefused() throws InterruptedException {
    gate.begin();
    try (ConsistencyCheck check = check(pair(), Duration.ofSeconds(2))) {
      check.check("");
      assertThatThrownBy(() -> check.check(""))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("comparison 1 is running");
      gate.end();
      await(() -> check.getLastReport().state() != ConsistencyState.RUNNING);
      gate.hold("switchover-7", Duration.ofSeconds(10));
      assertThatThrownBy(() -> check.check("")).hasMessageContaining("switchover-7");
      gate.release("switchover-7");
    }
  }

  @Test
  void aGateThatOpensTooEarlyMakesNoReport() {
    ReleaseListener early =
        new ReleaseListener(gate, _ -> {}) {
          @Override
          public State state() {
            // Not ours any more as soon as it is asked after the hold.
            gate.open();
            return super.state();
          }
        };
    try (ConsistencyCheck check =
        new ConsistencyCheck(fixed(pair()), early, settings(Duration.ofSeconds(5)), this::event)) {
      ConsistencyReport report = run(check);
      assertThat(report.state()).isEqualTo(ConsistencyState.FAILED);
      assertThat(report.problem()).contains("gate opened before");
      assertThat(report.tables()).isEmpty();
    }
  }

  @Test
  void noPrimaryAndAnUnknownDatabaseAreNamed() {
    ClusterView none =
        new ClusterView(
            1, List.of(primary.view(0, Role.UNKNOWN)), Optional.empty(), "no node answers");
    try (ConsistencyCheck check = check(none, Duration.ofSeconds(1))) {
      assertThat(run(check).problem()).contains("no node answers");
    }
    try (ConsistencyCheck check = check(pair(), Duration.ofSeconds(1))) {
      check.check("nowhere");
      await(() -> check.getLastReport().state() != ConsistencyState.RUNNING);
      assertThat(check.getLastReport().problem()).contains("\"nowhere\" does not exist");
      assertThat(gate.holds()).isZero();
    }
  }

  private void disturb() {
    try {
      primary.execute("DROP TABLE doomed");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void event(String name, String text) {
    events.add(name + " " + text);
  }

  private ConsistencyCheck check(ClusterView view, Duration holdLimit) {
    return new ConsistencyCheck(fixed(view), gate, settings(holdLimit), this::event);
  }

  private static ConsistencySettings settings(Duration holdLimit) {
    return new ConsistencySettings(
        "postgres",
        "postgres",
        () -> TestServer.PASSWORD,
        holdLimit,
        Duration.ofSeconds(30),
        _ -> Map.of());
  }

  private static ClusterView pair() {
    return view(primary.view(0, Role.PRIMARY), standby.view(1, Role.STANDBY));
  }

  private static ClusterView view(NodeView... nodes) {
    return new ClusterView(1, List.of(nodes), Optional.of(new BackendId(0)), "");
  }

  private static ClusterViews fixed(ClusterView view) {
    return new ClusterViews() {
      @Override
      public ClusterView current() {
        return view;
      }

      @Override
      public Subscription listen(Consumer<ClusterView> listener) {
        return () -> {};
      }
    };
  }

  private static ConsistencyReport run(ConsistencyCheck check) {
    long id = check.check("");
    await(() -> check.getLastReport().state() != ConsistencyState.RUNNING);
    assertThat(check.getLastReport().id()).isEqualTo(id);
    return check.getLastReport();
  }

  private static TableCounts table(ConsistencyReport report, String name) {
    return report.tables().stream()
        .filter(table -> table.table().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no table " + name + " in " + report));
  }

  private void awaitWrites() {
    List<Long> before = writers.stream().map(Writer::commits).toList();
    await(() -> {
      for (int at = 0; at < before.size(); at++) {
        if (writers.get(at).commits() < before.get(at) + 5) {
          return false;
        }
      }
      return true;
    });
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("condition did not come true");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /// Inserts rows, one transaction after the other, behind the gate; commits are asynchronous, so
  /// that what is committed is often not flushed when the gate closes.
  private final class Writer {
    private final AtomicLong commits = new AtomicLong();
    private volatile boolean ending;
    private final Thread thread = Thread.ofVirtual().start(this::write);

    private void write() {
      try (Connection connection = primary.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SET synchronous_commit = off");
        while (!ending) {
          gate.begin();
          try {
            statement.execute("INSERT INTO a SELECT generate_series(1, 3)");
          } finally {
            gate.end();
          }
          commits.incrementAndGet();
        }
      } catch (SQLException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    long commits() {
      return commits.get();
    }

    void end() throws InterruptedException {
      ending = true;
      thread.join();
    }
  }
}

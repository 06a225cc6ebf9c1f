package org.relevo.proxy.consistency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.ContentReport;
import org.relevo.jmx.contract.ContentTable;
import org.relevo.jmx.contract.NodeRow;
import org.relevo.jmx.contract.RepairPlan;
import org.relevo.jmx.contract.RowDifference;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;

/// Contents of a streaming pair and of a pair of independent servers, under writes.
class ContentCheckIT {
  private static final int RUNS = Integer.getInteger("relevo.contents.runs", 5);

  @TempDir static Path folder;
  private static TestServer primary;
  private static TestServer standby;
  private static TestServer twin;

  private final WriterGate gate = new WriterGate();
  private final AtomicLong commits = new AtomicLong();
  private volatile boolean ending;

  @BeforeAll
  static void startServers() throws IOException, SQLException {
    twin = TestServer.start(folder, "twin");
    primary = TestServer.start(folder, "primary");
    standby = primary.startStandby(folder, "standby");
    for (TestServer server : List.of(primary, twin)) {
      server.execute(
          "CREATE TABLE big(id int PRIMARY KEY, n int, text text)",
          "INSERT INTO big SELECT g, 0, 'row ' || g FROM generate_series(1, 30000) g",
          "CREATE TABLE pairs(a text, b timestamptz, v bytea, PRIMARY KEY (b, a))",
          "INSERT INTO pairs SELECT 'it''s ' || g, '2026-01-01'::timestamptz + g * '1 s'::interval,"
              + " decode(md5(g::text), 'hex') FROM generate_series(1, 500) g",
          "CREATE TABLE loose(x int)",
          "INSERT INTO loose SELECT generate_series(1, 100)");
    }
  }

  @AfterAll
  static void stopServers() throws IOException {
    standby.close();
    primary.close();
    twin.close();
  }

  @Test
  void busyPairsAreEqualAgainAndAgain() throws Exception {
    for (ClusterView view : List.of(streaming(), twins())) {
      ending = false;
      Thread writer =
          Thread.ofVirtual().start(() -> write(view.nodes().getLast().role() == Role.PRIMARY));
      try (ContentCheck check = check(view)) {
        for (int round = 1; round <= RUNS; round++) {
          long before = commits.get();
          await(() -> commits.get() > before + 5);
          ContentReport report = run(check, "", 50);
          assertThat(report.problem()).isEmpty();
          assertThat(report.state())
              .as(() -> report + " " + check.differences(10))
              .isEqualTo(ConsistencyState.EQUAL);
          assertThat(report.tablesDone()).isEqualTo(3);
          assertThat(report.rowsCompared()).isGreaterThanOrEqualTo(30_600);
        }
      } finally {
        ending = true;
        writer.join();
      }
      assertThat(gate.state().holder()).isEmpty();
    }
  }

  @Test
  void onePlantedByteIsLocatedAndRepaired() throws SQLException {
    twin.execute(
        "UPDATE big SET text = 'row 12x45' WHERE id = 12345",
        "DELETE FROM big WHERE id = 3",
        "INSERT INTO big VALUES (-7, 1, NULL)",
        "UPDATE pairs SET v = set_byte(v, 3, get_byte(v, 3) # 1) WHERE a = 'it''s 77'");
    try (ContentCheck check = check(twins())) {
      assertThat(check.getReport().state()).isEqualTo(ConsistencyState.NEVER);
      ContentReport report = run(check, "", 100);
      assertThat(report.state()).isEqualTo(ConsistencyState.DIFFERENT);
      assertThat(report.differences()).isEqualTo(4);
      assertThat(report.tables().stream().map(ContentTable::differences))
          .containsExactlyInAnyOrder(3L, 0L, 1L);
      RowDifference planted =
          check.differences(100).stream()
              .filter(each -> each.key().equals(List.of("12345")))
              .findFirst()
              .orElseThrow();
      assertThat(planted.fromKey()).hasSize(1);
      assertThat(planted.rows().stream().map(NodeRow::row))
          .containsExactly("(12345,0,\"row 12345\")", "(12345,0,\"row 12x45\")");

      RepairPlan plan = check.plan(0);
      assertThat(plan.steps()).hasSize(4).allMatch(each -> each.nodeId() == 1);
      assertThat(plan.notes()).isEmpty();
      assertThatThrownBy(() -> check.repair("wrong")).hasMessageContaining("shown last");
      // Somebody else was faster: nothing is done.
      twin.execute("DELETE FROM big WHERE id = -7");
      assertThat(check.repair(plan.id()).problem()).contains("changed since");
      RepairPlan again = check.plan(0);
      assertThat(again.steps()).hasSize(3);
      assertThat(check.repair(again.id()).problem()).isEmpty();
      assertThat(run(check, "", 100).state()).isEqualTo(ConsistencyState.EQUAL);
      assertThat(check.plan(0).id()).isEmpty();
      assertThat(gate.state().holder()).isEmpty();
    }
  }

  @Test
  void aTableWithoutAKeyDiffersAsAWhole() throws SQLException {
    twin.execute("INSERT INTO loose VALUES (7)");
    try (ContentCheck check = check(twins())) {
      ContentReport report = run(check, "public.loose", 100);
      assertThat(report.state()).isEqualTo(ConsistencyState.DIFFERENT);
      assertThat(report.tables())
          .singleElement()
          .matches(each -> each.differences() == 1 && each.problem().contains("without a key"));
      assertThat(check.plan(0).notes()).singleElement().asString().contains("public.loose");
    } finally {
      twin.execute("DELETE FROM loose WHERE ctid = (SELECT max(ctid) FROM loose)");
    }
  }

  @Test
  void aStoppedOneGoesOnWhereItWas() {
    try (ContentCheck check = check(twins())) {
      check.compare("", "public.big", 1);
      await(() -> check.getReport().ranges() >= 1);
      check.stop();
      await(() -> check.getReport().state() == ConsistencyState.FAILED);
      ContentReport stopped = check.getReport();
      assertThat(stopped.problem()).contains("stopped");
      assertThat(stopped.rowsCompared()).isBetween(5000L, 25_000L);
      check.resume();
      await(() -> check.getReport().state() != ConsistencyState.RUNNING);
      assertThat(check.getReport().state()).isEqualTo(ConsistencyState.EQUAL);
      assertThat(check.getReport().rowsCompared()).isBetween(30_000L, 30_001L);
      assertThatThrownBy(check::resume).isInstanceOf(IllegalStateException.class);
      assertThat(run(check, "public.nowhere", 100).problem()).contains("no table public.nowhere");
    }
  }

  /// One transaction after the other behind the gate; on both servers where they are independent.
  private void write(boolean both) {
    try (Connection first = primary.connect();
        Connection second = twin.connect();
        Statement one = first.createStatement();
        Statement two = second.createStatement()) {
      for (int i = 0; !ending; i++) {
        gate.begin();
        try {
          String sql = "UPDATE big SET n = n + 1 WHERE id = " + (i * 7919 % 30_000 + 1);
          one.execute(sql);
          // What is written to one of them only would differ for good.
          two.execute(sql);
          if (!both) {
            one.execute("UPDATE big SET n = n WHERE id = 5");
          }
        } finally {
          gate.end();
        }
        commits.incrementAndGet();
      }
    } catch (SQLException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ContentReport run(ContentCheck check, String tables, int pace) {
    long id = check.compare("", tables, pace);
    await(() -> check.getReport().state() != ConsistencyState.RUNNING);
    assertThat(check.getReport().id()).isEqualTo(id);
    return check.getReport();
  }

  private ContentCheck check(ClusterView view) {
    ClusterViews fixed =
        new ClusterViews() {
          @Override
          public ClusterView current() {
            return view;
          }

          @Override
          public Subscription listen(Consumer<ClusterView> listener) {
            return () -> {};
          }
        };
    ConsistencySettings settings =
        new ConsistencySettings(
            "postgres",
            "postgres",
            () -> TestServer.PASSWORD,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            _ -> Map.of());
    return new ContentCheck(fixed, gate, settings, (_, _) -> {});
  }

  private static ClusterView streaming() {
    return view(primary.view(0, Role.PRIMARY), standby.view(1, Role.STANDBY));
  }

  private static ClusterView twins() {
    return view(primary.view(0, Role.PRIMARY), twin.view(1, Role.PRIMARY));
  }

  private static ClusterView view(NodeView... nodes) {
    return new ClusterView(1, List.of(nodes), Optional.of(new BackendId(0)), "");
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
}

package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.fanout.CommitSteps.Point;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.RealServer;

/// A service that is killed at every point around COMMIT, and at every point of its take-over: the
/// next one leaves no two servers attached that differ, and what a client was told to be committed
/// is on each of them.
class KilledServiceIT {
  private static final int CLIENTS = 3;
  private static final Set<Point> TAKE_OVER =
      EnumSet.of(Point.FENCED, Point.RESOLVED, Point.COMPARED);
  private static final Set<Point> TWO_PHASE = EnumSet.of(Point.PREPARE_SENT, Point.PREPARED);

  @TempDir static Path folder;
  private static List<RealServer> servers;
  private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

  @BeforeAll
  static void startServers() throws Exception {
    servers = FanoutLab.servers(folder, 2);
  }

  @AfterAll
  static void stopServers() throws Exception {
    for (RealServer server : servers) {
      server.close();
    }
  }

  @BeforeEach
  void clean() throws Exception {
    for (RealServer server : servers) {
      for (String left : prepared(server)) {
        server.sql("ROLLBACK PREPARED '" + left + "'");
      }
      server.sql(
          "DROP SCHEMA public CASCADE",
          "CREATE SCHEMA public",
          "DROP SCHEMA IF EXISTS relevo CASCADE");
    }
  }

  private static List<String> prepared(RealServer server) throws SQLException {
    String all = server.query("SELECT string_agg(gid, ' ') FROM pg_prepared_xacts");
    return all == null || all.isEmpty() ? List.of() : List.of(all.split(" ", -1));
  }

  static Stream<Arguments> points() {
    List<Arguments> points = new ArrayList<>();
    for (Point point : EnumSet.complementOf(EnumSet.copyOf(TAKE_OVER))) {
      if (!TWO_PHASE.contains(point)) {
        points.add(Arguments.of(CommitSafety.JOURNAL, point));
      }
      points.add(Arguments.of(CommitSafety.TWO_PHASE, point));
    }
    return points.stream();
  }

  @ParameterizedTest
  @MethodSource("points")
  void killedAtACommit(CommitSafety safety, Point point) throws Exception {
    Path file = workUntilKilled(safety, point);
    compareAfter(safety, file);
  }

  static Stream<Arguments> takeOvers() {
    return TAKE_OVER.stream()
        .flatMap(point ->
            Stream.of(
                Arguments.of(CommitSafety.JOURNAL, point),
                Arguments.of(CommitSafety.TWO_PHASE, point)));
  }

  @ParameterizedTest
  @MethodSource("takeOvers")
  void killedAgainAtTheTakeOver(CommitSafety safety, Point point) throws Exception {
    Path file = workUntilKilled(safety, Point.OTHERS_COMMITTED);
    try (JavaProgram next =
        DoomedService.start(folder, ports(), file, said(file), safety, point, 0)) {
      assertThat(next.awaitEnd(60)).isEqualTo(DoomedService.KILLED);
    }
    compareAfter(safety, file);
  }

  /// The comparison above can fail.
  @Test
  void withoutAJournalItGoesUnseen() throws Exception {
    Path file = workUntilKilled(CommitSafety.NONE, Point.OTHERS_COMMITTED);
    try (FanoutLab lab = new FanoutLab(servers, file, FanoutLab.MIXED, CommitSafety.NONE)) {
      assertThat(FanoutLab.one(lab.connect(), "SELECT 1")).isEqualTo("1");
      assertThat(lab.replicas().detached()).isEmpty();
      assertThat(new HashSet<>(lab.onEach(FanoutLab.sum("k")))).hasSize(2);
    }
  }

  private static List<Integer> ports() {
    return servers.stream().map(RealServer::port).toList();
  }

  private static Path said(Path file) {
    return file.resolveSibling(file.getFileName() + ".said-" + System.nanoTime());
  }

  /// @return the file of detached servers
  private Path workUntilKilled(CommitSafety safety, Point point) throws Exception {
    Path file = folder.resolve("detached-" + System.nanoTime());
    Path said = said(file);
    try (JavaProgram service =
        DoomedService.start(folder, ports(), file, said, safety, point, 30)) {
      Await.until(service::errors, () -> Files.exists(said));
      int port = Integer.parseInt(Files.readString(said));
      try (Connection first = FanoutLab.connect(port, Map.of())) {
        FanoutLab.run(first, "CREATE TABLE k (id int PRIMARY KEY, v float)");
      }
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 1; i <= CLIENTS; i++) {
        int number = i;
        clients.add(Background.run(() -> work(port, number * 1_000_000)));
      }
      assertThat(service.awaitEnd(60)).as(service.errors()).isEqualTo(DoomedService.KILLED);
      for (CompletableFuture<Void> client : clients) {
        client.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(20);
    return file;
  }

  /// Writes until the service is gone.
  private Void work(int port, int from) {
    int id = from;
    try (Connection client = FanoutLab.connect(port, Map.of())) {
      while (true) {
        client.setAutoCommit(id % 2 == 0);
        FanoutLab.run(client, "INSERT INTO k VALUES (" + id + ", random())");
        if (id % 2 == 1) {
          FanoutLab.run(client, "UPDATE k SET v = 1 WHERE id = " + id);
          client.commit();
        }
        acknowledged.add(id);
        id++;
      }
    } catch (SQLException _) {
      return null; // the service is gone
    }
  }

  private void compareAfter(CommitSafety safety, Path file) throws Exception {
    try (FanoutLab lab = new FanoutLab(servers, file, FanoutLab.MIXED, safety);
        Connection client = lab.connect()) {
      FanoutLab.run(client, "INSERT INTO k VALUES (1, random())");
      acknowledged.add(1);
      Map<BackendId, String> detached = lab.replicas().detached();
      String run = detached + " " + lab.events();
      Set<String> sums = new HashSet<>();
      for (int i = 0; i < servers.size(); i++) {
        if (!detached.containsKey(new BackendId(i))) {
          sums.add(servers.get(i).query(FanoutLab.sum("k")));
          assertThat(prepared(servers.get(i))).as(run).isEmpty();
          Set<Integer> there = new HashSet<>();
          String ids = servers.get(i).query("SELECT string_agg(id::text, ' ') FROM k");
          for (String id : ids.split(" ", -1)) {
            there.add(Integer.valueOf(id));
          }
          assertThat(there).as(run).containsAll(acknowledged);
        }
      }
      assertThat(sums).as(run).hasSize(1);
      assertThat(lab.events()).anyMatch(event -> event.startsWith("replication.compared"));
      if (safety == CommitSafety.TWO_PHASE) {
        assertThat(detached).as(run).isEmpty();
      }
    }
  }
}

package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.RealServer;

/// Markers of commits on real servers: who leaves them, who is found by them, when they go.
class CommitJournalIT {
  private static final String MARKERS = "SELECT count(*) FROM relevo.commit_marker";

  @TempDir static Path folder;
  private static List<RealServer> servers;

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
      server.sql(
          "DROP SCHEMA public CASCADE",
          "CREATE SCHEMA public",
          "GRANT ALL ON SCHEMA public TO app",
          "DROP SCHEMA IF EXISTS relevo CASCADE");
    }
  }

  private static FanoutLab lab(CommitSafety safety) throws Exception {
    return new FanoutLab(
        servers, folder.resolve("detached-" + System.nanoTime()), FanoutLab.MIXED, safety);
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitSafety.class,
      names = {"JOURNAL", "TWO_PHASE"})
  void whatWritesLeavesAMarkerOnEveryServer(CommitSafety safety) throws Exception {
    try (FanoutLab lab = lab(safety);
        Connection client = lab.connect(Map.of("user", "app", "password", "app"))) {
      FanoutLab.run(client, "CREATE TABLE t (id int PRIMARY KEY, v float)");
      FanoutLab.run(client, "INSERT INTO t VALUES (1, random())");
      client.setAutoCommit(false);
      FanoutLab.run(client, "INSERT INTO t VALUES (2, 1)", "SAVEPOINT a", "DISCARD PLANS");
      client.commit();
      FanoutLab.run(client, "SELECT * FROM t", "SAVEPOINT a");
      client.commit();
      FanoutLab.run(client, "INSERT INTO t VALUES (3, 1)");
      client.rollback();
      client.setReadOnly(true);
      FanoutLab.run(client, "SAVEPOINT a", "SELECT 1");
      client.commit();
      assertThat(lab.onEach(MARKERS)).containsOnly("3");
      assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("2");
      assertThat(new HashSet<>(lab.onEach("SELECT sum(id) FROM relevo.commit_marker"))).hasSize(1);
    }
    int port = servers.getFirst().port();
    try (Connection direct = FanoutLab.connect(port, Map.of("user", "app", "password", "app"))) {
      assertThatThrownBy(() -> FanoutLab.run(direct, "DELETE FROM relevo.commit_marker"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void aServiceThatWasFollowedWritesNoMore() throws Exception {
    try (FanoutLab former = lab(CommitSafety.JOURNAL);
        Connection client = former.connect()) {
      FanoutLab.run(client, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      try (FanoutLab next = lab(CommitSafety.JOURNAL);
          Connection other = next.connect()) {
        FanoutLab.run(other, "INSERT INTO t VALUES (2)");
        assertThatThrownBy(() -> FanoutLab.run(client, "INSERT INTO t VALUES (3)"))
            .hasMessageContaining("another service writes to the servers now");
        FanoutLab.run(other, "INSERT INTO t VALUES (3)");
        assertThat(next.replicas().detached()).isEmpty();
        assertThat(next.onEach("SELECT count(*) FROM t")).containsOnly("3");
      }
    }
  }

  @Test
  void aServerThatWasAwayIsFoundByWhatItLacks() throws Exception {
    try (FanoutLab lab = lab(CommitSafety.JOURNAL);
        Connection client = lab.connect()) {
      FanoutLab.run(client, "CREATE TABLE t (id int PRIMARY KEY)");
      lab.replicas().detach(new BackendId(1), "test", lab.view());
      FanoutLab.run(client, "INSERT INTO t VALUES (1)");
    }
    // Another file: nobody knows that it was detached.
    try (FanoutLab lab = lab(CommitSafety.JOURNAL);
        Connection client = lab.connect()) {
      FanoutLab.run(client, "INSERT INTO t VALUES (2)");
      assertThat(lab.replicas().detached()).containsOnlyKeys(new BackendId(1));
      assertThat(lab.events())
          .anyMatch(event -> event.startsWith("replication.detached node=node1"))
          .anyMatch(event -> event.contains("lacks 1 commits of node0"));
    }
  }

  @Test
  void oldMarkersGoAndTheRestIsCompared() throws Exception {
    try (FanoutLab lab = lab(CommitSafety.JOURNAL);
        Connection client = lab.connect()) {
      FanoutLab.run(client, "CREATE TABLE t (id int PRIMARY KEY)");
      for (int i = 0; i < 20; i++) {
        FanoutLab.run(client, "INSERT INTO t VALUES (" + i + ")");
      }
      assertThat(lab.journal().prune(5, 1)).isTrue();
      assertThat(lab.journal().prune(5, 1)).isFalse();
      assertThat(lab.onEach(MARKERS)).containsOnly("5");
    }
    try (FanoutLab lab = lab(CommitSafety.JOURNAL);
        Connection client = lab.connect()) {
      FanoutLab.run(client, "INSERT INTO t VALUES (100)");
      assertThat(lab.replicas().detached()).isEmpty();
      assertThat(lab.events()).anyMatch(event -> event.contains("commits=5"));
    }
  }

  @Test
  void aServiceThatStopsEndsItsCommitsFirst() throws Exception {
    Path file = folder.resolve("detached-stop");
    for (int round = 1; round <= 3; round++) {
      AtomicInteger written = new AtomicInteger();
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      try (FanoutLab lab = new FanoutLab(servers, file, FanoutLab.MIXED, CommitSafety.JOURNAL);
          Connection first = lab.connect()) {
        assertThat(lab.replicas().detached()).isEmpty();
        FanoutLab.run(first, "CREATE TABLE t" + round + " (id int PRIMARY KEY)");
        for (int i = 0; i < 4; i++) {
          String insert = "INSERT INTO t" + round + " VALUES (";
          int from = i * 1_000_000;
          clients.add(
              Background.run(() -> {
                try (Connection client = lab.connect()) {
                  for (int id = from; ; id++) {
                    FanoutLab.run(client, insert + id + ")");
                    int _ = written.incrementAndGet();
                  }
                } catch (SQLException _) {
                  return null; // the service is gone
                }
              }));
        }
        Await.until("writes", () -> written.get() > 200);
      }
      for (CompletableFuture<Void> client : clients) {
        client.get(60, TimeUnit.SECONDS);
      }
    }
    try (FanoutLab lab = new FanoutLab(servers, file, FanoutLab.MIXED, CommitSafety.JOURNAL);
        Connection client = lab.connect()) {
      assertThat(FanoutLab.one(client, "SELECT 1")).isEqualTo("1");
      assertThat(lab.replicas().detached()).isEmpty();
      assertThat(lab.events()).anyMatch(event -> event.contains("differing=[]"));
    }
  }

  @Test
  void aJournalThatWasDroppedIsMadeAgain() throws Exception {
    try (FanoutLab lab = lab(CommitSafety.JOURNAL);
        Connection client = lab.connect()) {
      FanoutLab.run(client, "CREATE TABLE t (id int PRIMARY KEY)");
      for (RealServer server : servers) {
        server.sql("DROP SCHEMA relevo CASCADE");
      }
      assertThatThrownBy(() -> FanoutLab.run(client, "INSERT INTO t VALUES (1)"))
          .hasMessageContaining("journal of commits is gone");
      assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("0");
      try (Connection again = lab.connect()) {
        FanoutLab.run(again, "INSERT INTO t VALUES (1)");
      }
      assertThat(lab.onEach("SELECT count(*) FROM t")).containsOnly("1");
      assertThat(lab.replicas().detached()).isEmpty();
    }
  }
}

package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.Seeds;

/// Random transactions of several clients leave all servers equal; by `statement` they do not, so
/// the comparison can fail. `-Drelevo.fanout.transactions=N` for more than the usual.
class WorkloadIT {
  private static final int CLIENTS = 4;
  private static final int TRANSACTIONS = Integer.getInteger("relevo.fanout.transactions", 600);
  private static final int NODES = Integer.getInteger("relevo.fanout.nodes", 2);

  @TempDir static Path folder;
  private static List<RealServer> servers;

  @BeforeAll
  static void startServers() throws Exception {
    servers = FanoutLab.servers(folder, NODES);
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
      server.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
    }
  }

  @Test
  void allServersAreEqual() throws Exception {
    long seed = Seeds.first();
    try (FanoutLab lab = new FanoutLab(servers, folder, FanoutLab.MIXED)) {
      ConcurrentMap<String, AtomicInteger> outcomes = work(lab, seed);
      String run = "seed " + seed + " " + outcomes + " " + lab.replicas().detached();
      assertThat(outcomes).as(run).containsKeys("committed", "alone", "0A000", "23505");
      AtomicInteger committed = outcomes.getOrDefault("committed", new AtomicInteger());
      assertThat(committed.get()).as(run).isGreaterThan(TRANSACTIONS / 10);
      assertThat(outcomes).as(run).doesNotContainKey("XX000");
      assertThat(differences(lab)).as(run + lab.events()).isEmpty();
    }
  }

  @Test
  void byStatementAloneTheyDiffer() throws Exception {
    long seed = Seeds.first();
    try (FanoutLab lab = new FanoutLab(servers, folder, FanoutLab.STATEMENT)) {
      ConcurrentMap<String, AtomicInteger> outcomes = work(lab, seed);
      assertThat(differences(lab)).as("seed " + seed + " " + outcomes).isNotEmpty();
    }
  }

  private static ConcurrentMap<String, AtomicInteger> work(FanoutLab lab, long seed)
      throws Exception {
    ConcurrentMap<String, AtomicInteger> outcomes = Workload.counters();
    try (Connection client = lab.connect()) {
      FanoutLab.run(client, Workload.SETUP);
    }
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Workload workload = new Workload(seed * 31 + i, outcomes);
      clients.add(
          Background.run(() -> {
            Connection client = lab.connect();
            for (int n = 0; n < TRANSACTIONS / CLIENTS; n++) {
              if (!workload.transaction(client)) {
                client = lab.connect();
              }
            }
            client.close();
            return null;
          }));
    }
    for (CompletableFuture<Void> client : clients) {
      client.get(10, java.util.concurrent.TimeUnit.MINUTES);
    }
    return outcomes;
  }

  private static List<String> differences(FanoutLab lab) throws Exception {
    List<String> found = new ArrayList<>();
    for (String table : Workload.TABLES) {
      List<String> sums = lab.onEach(FanoutLab.sum(table));
      if (new HashSet<>(sums).size() > 1) {
        found.add(table + " " + sums);
      }
    }
    for (String sequence : Workload.SEQUENCES) {
      List<String> values = lab.onEach("SELECT last_value FROM " + sequence);
      if (new HashSet<>(values).size() > 1) {
        found.add(sequence + " " + values);
      }
    }
    return found;
  }
}

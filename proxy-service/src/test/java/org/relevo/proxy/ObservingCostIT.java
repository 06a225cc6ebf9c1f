package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.benchmark.Benchmark;
import org.relevo.jmx.benchmark.BenchmarkSettings;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What it costs to watch a server with everything on, and that nothing is asked twice.
///
/// `-Drelevo.watching.seconds=5 -Drelevo.watching.rounds=15` for the figures of the documents.
@Timeout(900)
class ObservingCostIT {
  private static final Logger LOG = LoggerFactory.getLogger(ObservingCostIT.class);
  private static final int SECONDS = Integer.getInteger("relevo.watching.seconds", 1);
  private static final int ROUNDS = Integer.getInteger("relevo.watching.rounds", 1);
  private static final double TICKS_PER_SECOND = 100;
  private static final int SAMPLES = 6;
  private static final Pattern STATEMENT =
      Pattern.compile("app=(relevo [^@]*)@ LOG:\\s+(?:statement|execute [^:]*): (.*)");
  private static final Pattern VIEW = Pattern.compile("\\bpg_stat_\\w+");

  @TempDir Path folder;

  @Test
  void noFactIsAskedForTwiceASample() throws Exception {
    Map<String, String> settings =
        Map.of("log_statement", "'all'", "log_line_prefix", "'app=%a@ '");
    try (LabServer server = LabServer.primary(folder, "pg0", settings);
        ServiceLab service = new ServiceLab(folder.resolve("service"), server.port())) {
      service.startAndAwait();
      long started = System.nanoTime();
      Await.until(
          Duration.ofMinutes(1),
          () -> "samples: " + monitor(server),
          () -> perSecond(server) >= SAMPLES);
      Map<String, Map<String, Integer>> said = statements(server);
      double seconds = (System.nanoTime() - started) / 1e9;
      LOG.info("watching seconds={} statements={}", seconds, counts(said));
      // One sample a second, the three of each minute, and what a new connection asks first.
      int all = monitor(server).values().stream().mapToInt(Integer::intValue).sum();
      assertThat(all).as(() -> said.toString()).isLessThan((int) seconds + 16);
      Map<String, TreeSet<String>> askers = new TreeMap<>();
      said.forEach((application, texts) ->
          texts.keySet().forEach(text -> {
            Matcher view = VIEW.matcher(text);
            while (view.find()) {
              askers
                  .computeIfAbsent(view.group(), _ -> new TreeSet<>())
                  .add(application + ": " + text);
            }
          }));
      assertThat(askers).containsKeys("pg_stat_database", "pg_stat_activity", "pg_stat_wal");
      askers.forEach((view, texts) -> assertThat(texts).as(view).hasSize(1));
    }
  }

  @Test
  void everythingOnIsCheap() throws Exception {
    try (LabServer server =
            LabServer.primary(folder, "pg0", Map.of("shared_buffers", "'256MB'"));
        ServiceLab lab = new ServiceLab(folder.resolve("agent"), server.port())) {
      lab.write();
      try (JavaProgram agent =
              JavaProgram.start(
                  lab.folder,
                  List.of(),
                  "org.relevo.proxy.Main",
                  List.of("agent", "--config", lab.config().toString()));
          Benchmark load = new Benchmark(BenchmarkSettings.of(target(server)))) {
        Await.until(
            Duration.ofMinutes(1),
            () -> "no agent.started; it said: " + agent.errors(),
            () -> Files.exists(lab.log()) && Files.readString(lab.log()).contains("agent.started"));
        load.init(SECONDS > 1 ? 10 : 1);
        Await.until(
            Duration.ofMinutes(2),
            () -> "filling: " + load.getStatus(),
            () -> load.getStatus().state() == BenchmarkState.FINISHED);
        load.start("tpcb-like", 8, 0);
        throughput(load, 5L * SECONDS);
        double own = cpu(server, agent, SECONDS * ROUNDS);
        double ratio = ratio(load, agent);
        LOG.info("watching cpuShare={} tpsRatio={} rounds={}", own, ratio, ROUNDS);
        assertThat(own).isLessThan(0.5);
        assertThat(ratio).isGreaterThan(0.2);
      }
    }
  }

  private static JdbcTarget target(LabServer server) {
    return new JdbcTarget(
        "127.0.0.1", server.port(), "postgres", LabServer.USER, () -> LabServer.PASSWORD);
  }

  /// Processor time of the agent and of its sessions, as a share of one processor.
  private static double cpu(LabServer server, JavaProgram agent, int seconds)
      throws SQLException, IOException {
    List<Long> pids = new ArrayList<>(sessions(server));
    long agentPid = agent.process().pid();
    double agentBefore = ticks(agentPid);
    double before = 0;
    for (long pid : pids) {
      before += ticks(pid);
    }
    long began = System.nanoTime();
    LockSupport.parkNanos(seconds * 1_000_000_000L);
    double took = (System.nanoTime() - began) / 1e9;
    double sessions = -before;
    for (long pid : pids) {
      sessions += ticks(pid);
    }
    double own = (ticks(agentPid) - agentBefore) / TICKS_PER_SECOND / took;
    double served = sessions / TICKS_PER_SECOND / took;
    LOG.info("watching agent={} itsSessions={} seconds={}", own, served, took);
    return own + served;
  }

  private static List<Long> sessions(LabServer server) throws SQLException {
    List<Long> pids = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'relevo monitor'")) {
      while (row.next()) {
        pids.add(row.getLong(1));
      }
    }
    assertThat(pids).hasSize(1);
    return pids;
  }

  private static double ticks(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Double.parseDouble(words[11]) + Double.parseDouble(words[12]);
  }

  /// Throughput while the agent works in relation to that while it is stopped, in turn.
  private static double ratio(Benchmark load, JavaProgram agent) {
    double[] ratios = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      double with;
      double without;
      if (round % 2 == 0) {
        with = throughput(load, SECONDS);
        without = stopped(load, agent);
      } else {
        without = stopped(load, agent);
        with = throughput(load, SECONDS);
      }
      ratios[round] = with / without;
    }
    Arrays.sort(ratios);
    return ratios[ROUNDS / 2];
  }

  private static double stopped(Benchmark load, JavaProgram agent) {
    agent.signal("STOP");
    try {
      return throughput(load, SECONDS);
    } finally {
      agent.signal("CONT");
    }
  }

  private static double throughput(Benchmark load, long seconds) {
    long before = load.getStatus().transactions();
    long began = System.nanoTime();
    LockSupport.parkNanos(seconds * 1_000_000_000L);
    return (load.getStatus().transactions() - before) / ((System.nanoTime() - began) / 1e9);
  }

  private static Map<String, Integer> monitor(LabServer server) throws IOException {
    return statements(server).getOrDefault("relevo monitor", Map.of());
  }

  private static int perSecond(LabServer server) throws IOException {
    return monitor(server).entrySet().stream()
        .filter(each -> each.getKey().contains("pg_stat_database"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private static Map<String, Integer> counts(Map<String, Map<String, Integer>> said) {
    Map<String, Integer> counts = new TreeMap<>();
    said.forEach((application, texts) ->
        counts.put(application, texts.values().stream().mapToInt(Integer::intValue).sum()));
    return counts;
  }

  /// By application and text, how often each was sent; a text may have several lines.
  private static Map<String, Map<String, Integer>> statements(LabServer server)
      throws IOException {
    Map<String, Map<String, Integer>> found = new TreeMap<>();
    String log = Files.readString(server.log()).replaceAll("\\n(?!app=)\\s*", " ");
    log.lines().forEach(line -> {
      Matcher match = STATEMENT.matcher(line);
      if (match.find()) {
        found
            .computeIfAbsent(match.group(1), _ -> new TreeMap<>())
            .merge(match.group(2).replaceAll("\\s+", " "), 1, Integer::sum);
      }
    });
    return found;
  }
}

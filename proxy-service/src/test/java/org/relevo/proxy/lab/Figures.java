package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;

/// How long clients wait for a change of the primary, planned and not. Each repetition is a new
/// cluster of two machines with servers and a witness.
///
/// Owner: the thread that runs it.
final class Figures {
  private static final int CLIENTS = 32;
  private static final String SWITCHOVER = "switchover, longest pause";

  /// How long clients write before the switchover: services that were started a moment ago, whose
  /// code is not compiled yet, are not what is measured.
  private static final long WARM_S = 15;

  /// Longer than the control leaves between failovers here.
  private static final long FLAP_S = 2;

  private final Map<String, List<Long>> millis = new LinkedHashMap<>();
  private final Map<String, Integer> errors = new LinkedHashMap<>();
  private final Consumer<String> out;
  private final LabPlan plan;
  private long lastChangeNs;

  Figures(LabPlan plan, Consumer<String> out) {
    this.plan = plan;
    this.out = out;
  }

  private interface Kill {
    void of(LabMember primary) throws Exception;
  }

  /// One repetition.
  void repetition(Path folder) throws Exception {
    try (ClusterLab lab = ClusterLab.start(folder, plan)) {
      try {
        thereAndBack(lab);
        leaderKilled(lab);
        failover(lab, "postmaster killed", 0, true, LabMember::killPostmaster);
        failover(lab, "machine killed", FLAP_S, false, LabMember::killAll);
        failover(lab, "machine frozen", FLAP_S, false, LabMember::freeze);
      } catch (Exception | AssertionError e) {
        lab.keepLogs(folder.resolveSibling(folder.getFileName() + "-logs"));
        throw e;
      }
    }
  }

  /// Switchovers there and back in one cluster.
  void switchovers(Path folder, int count) throws Exception {
    try (ClusterLab lab = ClusterLab.start(folder, plan);
        WritingClients writers = new WritingClients(lab, lab.nodes(), CLIENTS)) {
      TimeUnit.SECONDS.sleep(WARM_S);
      for (int i = 0; i < count; i++) {
        lab.awaitCalm();
        switchover(SWITCHOVER, lab, writers);
        writers.forgetErrors();
      }
      lab.keepLogs(folder.resolveSibling(folder.getFileName() + "-logs"));
    }
  }

  /// The first one in the life of a service takes longer: its code runs for the first time.
  private void thereAndBack(ClusterLab lab) throws Exception {
    try (WritingClients writers = new WritingClients(lab, lab.nodes(), CLIENTS)) {
      TimeUnit.SECONDS.sleep(WARM_S);
      switchover("first switchover of a new cluster, longest pause", lab, writers);
      lab.awaitCalm();
      writers.forgetErrors();
      switchover(SWITCHOVER, lab, writers);
    }
    lastChangeNs = System.nanoTime();
  }

  private void switchover(String what, ClusterLab lab, WritingClients writers) throws Exception {
    LabMember to = lab.standby();
    LabControl.awaitProvable(to);
    long before = System.nanoTime();
    OperationStatus done = LabControl.switchover(to, to.node);
    if (done.state() != OperationState.SUCCEEDED) {
      throw new IOException("no switchover: " + done);
    }
    writers.awaitAll();
    add(what, writers.longestPause(before).ms(), writers.errors().size());
    out.accept("  (%s)".formatted(phases(done)));
  }

  /// As the new primary's service has seen them.
  private static String phases(OperationStatus done) {
    String steps =
        done.steps().stream()
            .filter(step -> step.startedAtEpochMs() >= 0 && step.finishedAtEpochMs() >= 0)
            .map(step ->
                "%s %d ms"
                    .formatted(step.name(), step.finishedAtEpochMs() - step.startedAtEpochMs()))
            .collect(Collectors.joining(", "));
    return "held %d ms: %s".formatted(done.pauseMs(), steps);
  }

  /// The service that leads dies; its server, or witness, has no other part. Clients of the other
  /// proxies count.
  private void leaderKilled(ClusterLab lab) throws Exception {
    lab.awaitCalm();
    LabMember leader = LabControl.leaderBesidePrimary(lab);
    LabMember primary = lab.primary();
    LabControl.awaitProvable(primary);
    try (WritingClients writers = new WritingClients(lab, lab.nodesBut(leader), CLIENTS)) {
      long killed = System.nanoTime();
      leader.killService();
      LabControl.await(
          primary,
          "another leader",
          status -> !status.leader().isEmpty() && !status.leader().equals(leader.name));
      writers.awaitAll();
      add(
          "leader's service killed, longest pause",
          writers.longestPause(killed).ms(),
          writers.errors().size());
    }
    leader.launch();
    leader.awaitService();
    lastChangeNs = System.nanoTime();
  }

  /// @param both whether clients of the old primary's proxy count too
  private void failover(ClusterLab lab, String what, long restS, boolean both, Kill kill)
      throws Exception {
    lab.awaitCalm();
    LabMember old = lab.primary();
    LabMember next = lab.standby();
    LabControl.awaitProvable(next);
    long restNs = lastChangeNs + TimeUnit.SECONDS.toNanos(restS) - System.nanoTime();
    if (restNs > 0) {
      LockSupport.parkNanos(restNs);
    }
    List<LabMember> proxies = both ? lab.nodes() : List.of(next);
    try (WritingClients writers = new WritingClients(lab, proxies, CLIENTS)) {
      String leader = LabControl.leader(lab).name;
      long killed = System.nanoTime();
      kill.of(old);
      writers.awaitAll();
      add(what + ", first write", writers.firstWriteMs(killed, proxies), writers.errors().size());
      out.accept("  (the leader was %s, the primary at %s)".formatted(leader, old));
    }
    lastChangeNs = System.nanoTime();
    old.thaw();
    if (!old.serviceRuns()) {
      old.launch();
      old.awaitService();
    }
  }

  private void add(String what, long ms, int failed) {
    millis.computeIfAbsent(what, _ -> new ArrayList<>()).add(ms);
    errors.merge(what, failed, Integer::sum);
    out.accept("%s: %d ms, %d errors told".formatted(what, ms, failed));
  }

  /// The table, for people.
  String text() {
    StringBuilder text =
        new StringBuilder("| event | repetitions | p50 ms | p99 ms | longest ms | errors |\n");
    text.append("|---|---|---|---|---|---|\n");
    millis.forEach((what, values) -> {
      long[] all = values.stream().mapToLong(Long::longValue).toArray();
      text.append(
          "| %s | %d | %d | %d | %d | %d |%n"
              .formatted(
                  what,
                  all.length,
                  Times.percentile(all, 0.5),
                  Times.percentile(all, 0.99),
                  Times.percentile(all, 1),
                  errors.getOrDefault(what, 0)));
    });
    return text.toString();
  }
}

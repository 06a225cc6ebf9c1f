package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.relevo.jmx.contract.ControlEntry;

/// Random faults one after the other, some while the last is not yet mended, under clients that
/// check what they are told.
///
/// Owner: the thread that runs it.
final class Chaos {
  /// `maximum_lag_on_failover` of the services.
  static final long ASYNC_BOUND = 1 << 20;

  private static final int CLIENTS = 8;

  /// The decisions that say with which proof a server becomes the primary.
  private static final Set<String> PROMOTED = Set.of("F-130", "F-151");

  /// A lease, and what a report needs to be on its way.
  private static final long UNHEARD_MS = 4_000;

  private static final int CLIENT_PAUSE_MS = 10;
  private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(20);

  private final ClusterLab lab;
  private final Faults faults;
  private final Consumer<String> out;
  private final long seed;
  private final boolean async;
  private final long startedNs = System.nanoTime();

  /// By epoch: the members forget what is long ago.
  private final Map<Long, ControlEntry> promotions = new TreeMap<>();

  /// @param async whether commits wait for nobody, so that some may be lost
  Chaos(ClusterLab lab, long seed, boolean async, Consumer<String> out) {
    this.lab = lab;
    this.seed = seed;
    this.async = async;
    this.faults = new Faults(lab, seed);
    this.out = out;
  }

  /// @return whether clients were told the truth, and nothing was lost beyond what was allowed
  boolean run(Duration length, Path logs) throws Exception {
    try (CheckerClient checker =
        new CheckerClient(lab, lab.nodes(), CLIENTS, CLIENT_PAUSE_MS, seed, async)) {
      long endNs = startedNs + length.toNanos();
      int count = 0;
      while (System.nanoTime() < endNs) {
        say("fault %d: %s".formatted(++count, faults.one()));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(faults.between(500, 8_000)));
        faults.repair();
        if (faults.between(0, 3) > 0) {
          awaitWrites(checker, endNs);
        }
        notePromotions();
      }
      faults.repair();
      lab.members().forEach(LabMember::awaitService);
      lab.awaitServed();
      lab.awaitCalm();
      Verdict verdict = checker.verdict(lab.primary());
      notePromotions();
      promotions
          .values()
          .forEach(entry -> out.accept("epoch %d: %s".formatted(entry.epoch(), entry.text())));
      out.accept("seed %d: %s".formatted(seed, verdict));
      return async
          ? verdict.duplicated().isEmpty() && verdict.wrong().isEmpty() && bounded(verdict, checker)
          : verdict.good();
    } finally {
      lab.keepLogs(logs);
    }
  }

  private void notePromotions() {
    for (LabMember member : lab.nodes()) {
      try {
        for (ControlEntry entry : LabControl.history(member)) {
          if (PROMOTED.contains(entry.row())) {
            promotions.put(entry.epoch(), entry);
          }
        }
        return;
      } catch (IOException | RuntimeException _) {
        // The next one, or the next time.
      }
    }
  }

  private boolean bounded(Verdict verdict, CheckerClient checker) throws Exception {
    LabMember primary = lab.primary();
    String file = primary.ask("SELECT pg_walfile_name(pg_current_wal_lsn())").substring(0, 8);
    // The first timeline has no history.
    String history =
        promotions.isEmpty()
            ? ""
            : primary.ask("SELECT pg_read_file('pg_wal/%s.history')".formatted(file));
    Losses.Result losses =
        new Losses(ASYNC_BOUND, UNHEARD_MS)
            .check(verdict.lost(), checker.marks(), history, promotions.values());
    losses.text().forEach(out);
    losses.wrong().forEach(each -> out.accept("WRONG: " + each));
    return losses.wrong().isEmpty();
  }

  /// Waits for the cluster, and lets a person help who would not wait any longer.
  private void awaitWrites(CheckerClient checker, long endNs) {
    long before = checker.acknowledged();
    long sinceNs = System.nanoTime();
    boolean helped = false;
    while (checker.acknowledged() < before + CLIENTS && System.nanoTime() < endNs) {
      if (!helped && System.nanoTime() - sinceNs > STUCK_NS) {
        helped = true;
        say("a person asks for a failover: " + failover());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    say("clients write after %d ms".formatted((System.nanoTime() - sinceNs) / 1_000_000));
  }

  private String failover() {
    for (LabMember member : lab.nodes()) {
      try {
        return LabControl.at(member, control -> control.failover(-1, -1, false, "chaos"));
      } catch (IOException | RuntimeException e) {
        out.accept("  at %s: %s".formatted(member, e.getMessage()));
      }
    }
    return "refused";
  }

  private void say(String text) {
    out.accept("%7.1f s %s".formatted((System.nanoTime() - startedNs) / 1e9, text));
  }
}

package org.relevo.proxy.lab;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// How long nobody has the service address, and how long clients of it wait for their first write.
/// One cluster of two machines and a witness; the address is sampled every 10 ms.
///
/// Owner: the thread that runs it.
final class AddressFigures {
  private static final long WRITE_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

  private final Map<String, List<Long>> millis = new LinkedHashMap<>();
  private final LabPlan plan;
  private final Consumer<String> out;

  AddressFigures(LabPlan plan, Consumer<String> out) {
    this.plan = plan;
    this.out = out;
  }

  /// @return whether there were never two holders
  boolean run(Path folder, int repetitions) throws Exception {
    try (ClusterLab lab = ClusterLab.start(folder, plan);
        AddressWatch watch = new AddressWatch(lab.network(), lab.folder())) {
      for (int i = 1; i <= repetitions; i++) {
        out.accept("repetition %d of %d".formatted(i, repetitions));
        moved(lab, watch);
        killed(lab, watch);
        destroyed(lab, watch);
      }
      if (!watch.doubles().isEmpty()) {
        out.accept("TWO HOLDERS: " + watch.told());
        return false;
      }
      return true;
    }
  }

  private static LabMember calm(ClusterLab lab, AddressWatch watch) {
    lab.awaitServed();
    lab.awaitCalm();
    return LabAddress.holder(lab, watch);
  }

  private void moved(ClusterLab lab, AddressWatch watch) throws Exception {
    LabMember from = calm(lab, watch);
    LabMember to = LabAddress.other(lab, from);
    long asked = System.nanoTime();
    LabAddress.move(from, to.name);
    LabAddress.awaitAt(lab, watch, to);
    add("moved by a person, nobody has it", watch.longestGapMs(asked));
  }

  private void killed(ClusterLab lab, AddressWatch watch) throws Exception {
    LabMember from = calm(lab, watch);
    LabMember to = LabAddress.other(lab, from);
    long killed = System.nanoTime();
    from.killService();
    LabAddress.awaitAt(lab, watch, to);
    add("service killed, the other has it", watch.firstMs(killed, to.name));
    from.launch();
    from.awaitService();
  }

  private void destroyed(ClusterLab lab, AddressWatch watch) throws Exception {
    LabMember holder = calm(lab, watch);
    LabMember primary = lab.primary();
    if (holder != primary) {
      LabAddress.move(holder, primary.name);
      LabAddress.awaitAt(lab, watch, primary);
    }
    LabControl.awaitProvable(LabAddress.other(lab, primary));
    long killed = System.nanoTime();
    primary.killAll();
    add("machine of holder and primary killed, first write", firstWriteMs(lab, killed));
    primary.launch();
    primary.awaitService();
  }

  private static long firstWriteMs(ClusterLab lab, long killedNs) throws SQLException {
    while (true) {
      try {
        var _ = LabAddress.ask(lab.network(), "SELECT txid_current()");
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs);
      } catch (SQLException e) {
        if (System.nanoTime() - killedNs > WRITE_LIMIT_NS) {
          throw e;
        }
      }
    }
  }

  private void add(String what, long ms) {
    millis.computeIfAbsent(what, _ -> new ArrayList<>()).add(ms);
    out.accept("%s: %d ms".formatted(what, ms));
  }

  /// The table, for people.
  String text() {
    StringBuilder text = new StringBuilder("| event | repetitions | p50 ms | p99 ms |\n");
    text.append("|---|---|---|---|\n");
    millis.forEach((what, values) -> {
      long[] all = values.stream().mapToLong(Long::longValue).toArray();
      text.append(
          "| %s | %d | %d | %d |%n"
              .formatted(
                  what, all.length, Times.percentile(all, 0.5), Times.percentile(all, 0.99)));
    });
    return text.toString();
  }
}

package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.BenchmarkShare;
import org.relevo.jmx.contract.BenchmarkStatus;

/// How a run is shown.
final class BenchViews {
  private static final int PERCENT = 100;

  private BenchViews() {}

  static void show(BenchmarkStatus status, Output output) {
    if (output.json()) {
      output.json(status);
      return;
    }
    output.fields(fields(status));
  }

  static List<List<String>> fields(BenchmarkStatus status) {
    List<List<String>> fields = new ArrayList<>();
    fields.add(List.of("state", NodeCommand.lower(status.state())));
    if (!status.runId().isEmpty()) {
      fields.add(List.of("run", status.runId() + (status.runs() > 1 ? runs(status) : "")));
    }
    if (!status.label().isEmpty()) {
      fields.add(List.of("label", status.label()));
    }
    fields.add(
        List.of(
            "script",
            status.script()
                + ", "
                + status.clients()
                + " clients, "
                + status.jobs()
                + " jobs, "
                + status.protocol()
                + ", scale "
                + status.scale()));
    fields.add(List.of("engine", status.engine()));
    fields.add(List.of("target", status.target()));
    fields.add(List.of("transactions", status.transactions() + ", errors " + status.errors()));
    if (status.skipped() + status.late() > 0) {
      fields.add(List.of("limit", status.skipped() + " skipped, " + status.late() + " late"));
    }
    fields.add(List.of("tps", decimal(status.tps())));
    fields.add(
        List.of(
            "latency ms",
            "mean "
                + decimal(status.latencyMeanMs())
                + ", stddev "
                + decimal(status.latencyStddevMs())
                + ", p50 "
                + decimal(status.latencyP50Ms())
                + ", p95 "
                + decimal(status.latencyP95Ms())
                + ", p99 "
                + decimal(status.latencyP99Ms())
                + ", max "
                + decimal(status.latencyMaxMs())));
    if (status.lagMeanMs() >= 0) {
      fields.add(List.of("schedule lag", decimal(status.lagMeanMs()) + " ms"));
    }
    fields.add(List.of("longest gap", Output.number(status.longestGapMs()) + " ms"));
    if (!status.nodes().isEmpty()) {
      fields.add(
          List.of(
              "nodes",
              status.nodes().stream().map(BenchViews::share).collect(Collectors.joining(", "))));
    }
    fields.add(List.of("last error", status.lastError().isEmpty() ? "none" : status.lastError()));
    return fields;
  }

  private static String runs(BenchmarkStatus status) {
    return ", " + status.run() + " of " + status.runs();
  }

  private static String share(BenchmarkShare share) {
    return share.nodeId()
        + ": "
        + Math.round(share.share() * PERCENT)
        + " % ("
        + share.statements()
        + " statements)";
  }

  static String decimal(double value) {
    return value < 0 ? "-" : String.format(Locale.ROOT, "%.1f", value);
  }
}

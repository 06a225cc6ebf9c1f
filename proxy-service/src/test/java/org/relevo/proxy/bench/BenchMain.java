package org.relevo.proxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// The measuring half of `scripts/bench`: every row against every target, interleaved, so that what
/// else the machine does meets all of them.
///
/// ```
/// BenchMain WORK_DIR ROW_PATTERN ROUNDS SECONDS WARM_SECONDS
///     USER SCRAM_USER PASSWORD DATABASE TARGET…
/// ```
///
/// Prints tables; writes `samples.json` into the work directory.
public final class BenchMain {
  private static final int FIXED_ARGUMENTS = 9;

  private final List<Target> targets = new ArrayList<>();
  private final Report report = new Report();
  private final Path folder;
  private final Pattern wanted;
  private final int rounds;
  private final Row.Setup setup;
  private final Row.Setup warmUp;

  private BenchMain(String[] args) {
    folder = Path.of(args[0]);
    wanted = Pattern.compile(args[1]);
    rounds = Integer.parseInt(args[2]);
    setup = new Row.Setup(Integer.parseInt(args[3]), args[5], args[6], args[7], args[8]);
    warmUp = new Row.Setup(Integer.parseInt(args[4]), args[5], args[6], args[7], args[8]);
    Arrays.stream(args).skip(FIXED_ARGUMENTS).map(Target::parse).forEach(targets::add);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    BenchMain bench = new BenchMain(args);
    bench.measure();
    System.out.print(bench.report.text());
    Files.writeString(bench.folder.resolve("samples.json"), bench.report.json());
  }

  private List<Row> rows() {
    Pgbench pgbench = new Pgbench(folder);
    List<Row> rows = new ArrayList<>();
    for (String mode : List.of("simple", "extended", "prepared")) {
      for (int clients : List.of(1, 8, 32)) {
        rows.add(pgbench.row("select-%s-%d".formatted(mode, clients), clients, false, "-SM", mode));
      }
    }
    rows.add(pgbench.row("tpcb-8", 8, false));
    rows.add(pgbench.row("connect-8", 8, false, "-S", "-C"));
    rows.add(pgbench.row("connect-scram-8", 8, true, "-S", "-C"));
    // Logging in so many servers takes seconds of the run: at least ten (the last -T counts).
    rows.add(pgbench.row("clients-500", 500, false, "-S", "-T", "10"));
    rows.add(pgbench.row("clients-500-prep", 500, false, "-SM", "prepared", "-T", "10"));
    rows.add(BulkRows.download("select-bulk", "SELECT * FROM bulk"));
    rows.add(BulkRows.download("copy-out", "COPY bulk TO STDOUT"));
    rows.add(BulkRows.upload("copy-in"));
    rows.addAll(MixRows.all(pgbench, folder));
    rows.add(IdleRow.of("idle-1000", 1000));
    rows.add(IdleRow.of("idle-10000", 10_000));
    return rows.stream().filter(row -> wanted.matcher(row.name()).matches()).toList();
  }

  private void measure() throws InterruptedException {
    for (Row row : rows()) {
      boolean timed = row.unit().equals("tps");
      for (Target target : targets) {
        if (timed && warmUp.seconds() > 0) {
          once(row, target, -1, warmUp);
        }
      }
      for (int round = 0; round < rounds; round++) {
        for (Target target : targets) {
          once(row, target, round, setup);
        }
      }
    }
  }

  /// @param round negative for a run that does not count
  private void once(Row row, Target target, int round, Row.Setup with) throws InterruptedException {
    if (report.failed(row, target)) {
      return;
    }
    ProcessTree process = new ProcessTree(target.pid());
    double before = process.cpuSeconds();
    try {
      Sample sample = row.run().against(target, with);
      if (round >= 0) {
        double each = (process.cpuSeconds() - before) / sample.work() * row.work();
        report.add(
            row, target, round, target.pid() == 0 ? sample : sample.with("cpuSeconds", each));
        System.err.printf(
            "%-18s %d %-12s %.1f %s%n",
            row.name(), round, target.name(), sample.value(), row.unit());
      }
    } catch (IOException e) {
      report.fail(row, target, String.valueOf(e.getMessage()));
      System.err.printf("%-18s %-12s fails: %s%n", row.name(), target.name(), e.getMessage());
    }
  }
}

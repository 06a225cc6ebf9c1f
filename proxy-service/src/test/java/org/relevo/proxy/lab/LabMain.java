package org.relevo.proxy.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// The working half of `scripts/lab`:
///
/// ```
/// LabMain FOLDER figures REPETITIONS
/// LabMain FOLDER switchovers REPETITIONS
/// LabMain FOLDER address REPETITIONS
/// LabMain FOLDER chaos MINUTES SEED sync|async NODES
/// ```
///
/// `-Drelevo.lab.options=FILE`: what services are started with, an option a line.
///
/// Exit code 0 when nothing was lost (async: beyond what was told), duplicated or told wrongly; 1
/// otherwise.
public final class LabMain {
  private static final PrintStream OUT = System.out;

  private LabMain() {}

  public static void main(String[] args) throws Exception {
    if (!LabNetwork.available()) {
      throw new IOException("needs root and network namespaces");
    }
    Path folder = Path.of(args[0]);
    boolean good =
        switch (args[1]) {
          case "figures" -> figures(folder, Integer.parseInt(args[2]));
          case "switchovers" -> switchovers(folder, Integer.parseInt(args[2]));
          case "address" -> address(folder, Integer.parseInt(args[2]));
          default ->
              chaos(
                  folder,
                  Long.parseLong(args[2]),
                  Long.parseLong(args[3]),
                  args[4].equals("async"),
                  Integer.parseInt(args[5]));
        };
    System.exit(good ? 0 : 1);
  }

  /// As a service runs outside of tests.
  private static LabPlan plan(int nodes, boolean witness) throws IOException {
    List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=4", "-da"));
    options.addAll(Files.readAllLines(Path.of(System.getProperty("relevo.lab.options"))));
    return LabPlan.of(nodes, witness)
        .withPostgres("fsync", "on")
        .withOptions(options.toArray(String[]::new));
  }

  private static Figures figures() throws IOException {
    return new Figures(
        plan(2, true).with("min_failover_interval", "1s").with("max_failover_interval", "1s"),
        LabMain::say);
  }

  private static boolean switchovers(Path folder, int repetitions) throws Exception {
    Figures figures = figures();
    figures.switchovers(Files.createDirectories(folder.resolve("switchovers")), repetitions);
    OUT.println();
    OUT.print(figures.text());
    return true;
  }

  private static boolean address(Path folder, int repetitions) throws Exception {
    AddressFigures figures = new AddressFigures(LabAddress.on(plan(2, true)), LabMain::say);
    boolean good = figures.run(Files.createDirectories(folder.resolve("address")), repetitions);
    OUT.println();
    OUT.print(figures.text());
    return good;
  }

  private static boolean figures(Path folder, int repetitions) throws Exception {
    Figures figures = figures();
    int failed = 0;
    for (int i = 1; i <= repetitions; i++) {
      say("repetition %d of %d".formatted(i, repetitions));
      try {
        figures.repetition(Files.createDirectories(folder.resolve("repetition" + i)));
      } catch (Exception | AssertionError e) {
        failed++;
        say("FAILED: " + e.toString().lines().limit(3).toList());
      }
    }
    OUT.println();
    OUT.print(figures.text());
    if (failed > 0) {
      OUT.println("\n%d repetitions failed".formatted(failed));
    }
    return failed == 0;
  }

  private static boolean chaos(Path folder, long minutes, long seed, boolean async, int nodes)
      throws Exception {
    LabPlan plan =
        plan(nodes, nodes % 2 == 0)
            .with("synchronous_mode", async ? "async" : "quorum")
            .with("maximum_lag_on_failover", String.valueOf(Chaos.ASYNC_BOUND));
    try (ClusterLab lab = ClusterLab.start(Files.createDirectories(folder.resolve("lab")), plan)) {
      boolean good =
          new Chaos(lab, seed, async, LabMain::say)
              .run(Duration.ofMinutes(minutes), folder.resolve("logs"));
      OUT.println(good ? "good" : "NOT GOOD");
      return good;
    }
  }

  private static void say(String text) {
    OUT.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " " + text);
  }
}

package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkTables;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.postgres.PgServer;

/// Runs pgbench and the load generator in turn on the same servers and shows how far they agree:
/// throughput, and the processor time that each took for it. `AgreementMain [ROUNDS [SECONDS
/// [PROTOCOL,…]]]`.
public final class AgreementMain {
  private static final int CLIENTS = 8;
  private static final int SCALE = 10;
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql/15/bin");
  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern CPU = Pattern.compile("CPU ([0-9.]+) ([0-9.]+)");
  private static final PrintStream OUT = System.out;

  private final PgbenchProgram pgbench;
  private final int rounds;
  private final int seconds;
  private final List<String> protocols;

  private AgreementMain(PgbenchProgram pgbench, int rounds, int seconds, List<String> protocols) {
    this.pgbench = pgbench;
    this.rounds = rounds;
    this.seconds = seconds;
    this.protocols = protocols;
  }

  /// @param cpu processor seconds for a second of the run
  private record Outcome(double tps, double cpu) {}

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    PgbenchProgram program =
        PgbenchProgram.installed().orElseThrow(() -> new IOException("there is no pgbench here"));
    OUT.println(program.version());
    String protocols = arguments.length > 2 ? arguments[2] : "prepared,simple";
    AgreementMain all =
        new AgreementMain(program, rounds, seconds, List.of(protocols.split(",", -1)));
    Path folder = Files.createTempDirectory("relevo-agreement");
    try {
      List<PgBinaries> versions = new ArrayList<>();
      if (Files.isDirectory(INSTALLED)) {
        versions.add(PgBinaries.in(INSTALLED));
      }
      Optional<PgBinaries> embedded = PgBinaries.embedded(PgBinaries.defaultCache());
      embedded.ifPresent(versions::add);
      for (int i = 0; i < versions.size(); i++) {
        Map<String, String> settings =
            Map.of("shared_buffers", "512MB", "max_wal_size", "4GB", "autovacuum", "off");
        try (PgServer server = PgServer.start(versions.get(i), folder, "server" + i, settings)) {
          all.server(server);
        }
      }
    } finally {
      FileTrees.delete(folder);
    }
  }

  private void server(PgServer server) throws Exception {
    new TableLoad(server.target(), new BenchmarkTables(SCALE, 100, false, false)).execute();
    OUT.println("server " + server.number("SELECT current_setting('server_version_num')::int"));
    for (String script : List.of("select-only", "tpcb-like")) {
      for (String protocol : protocols) {
        compare(server, script, protocol);
      }
    }
  }

  private void compare(PgServer server, String script, String protocol) throws Exception {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            "",
            Benchmark.OWN,
            List.of(new BenchmarkScript(script, "", 1)),
            protocol,
            CLIENTS,
            1,
            seconds,
            0,
            0,
            0,
            List.of(),
            1);
    ours(server, plan);
    List<Outcome> own = new ArrayList<>();
    List<Outcome> theirs = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      theirs.add(pgbench(server, plan));
      own.add(ours(server, plan));
    }
    double tps = median(own, true) / median(theirs, true);
    double cpu = median(own, false) / median(theirs, false);
    OUT.println(
        String.format(
            Locale.ROOT,
            "%-12s %-9s tps %8.0f pgbench %8.0f ratio %.3f   cpu/s %.3f pgbench %.3f ratio %.2f"
                + "   cpu for a transaction %.2f",
            script,
            protocol,
            median(own, true),
            median(theirs, true),
            tps,
            median(own, false),
            median(theirs, false),
            cpu,
            cpu / tps));
  }

  private static double median(List<Outcome> outcomes, boolean tps) {
    double[] values = outcomes.stream().mapToDouble(o -> tps ? o.tps() : o.cpu()).toArray();
    Arrays.sort(values);
    return Comparison.quantile(values, 0.5);
  }

  /// The whole process is charged, with compiler and collector.
  private Outcome ours(PgServer server, BenchmarkPlan plan) throws IOException, SQLException {
    LoadRun run = new LoadRun(server.target(), PlanReader.work(plan, SCALE), CLIENTS, 1, seconds);
    long cpuBefore = ownCpuNanos();
    run.execute(0, _ -> {});
    long cpu = ownCpuNanos() - cpuBefore;
    if (run.figures().errors() > 0) {
      throw new IOException("errors: " + run.figures().lastError());
    }
    double took = run.figures().elapsedNanos() / 1e9;
    return new Outcome(run.figures().transactions() / took, cpu / 1e9 / took);
  }

  private static long ownCpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private Outcome pgbench(PgServer server, BenchmarkPlan plan)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("relevo-agreement");
    try {
      List<String> words = new ArrayList<>(pgbench.command(plan, server.target(), SCALE, folder));
      words.removeIf(word -> word.startsWith("--log"));
      words.addAll(0, List.of("bash", "-c", "TIMEFORMAT='CPU %U %S'; time \"$@\"", "bash"));
      ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
      builder.environment().put("PGPASSWORD", PgServer.PASSWORD);
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher tps = TPS.matcher(said);
      Matcher cpu = CPU.matcher(said);
      if (process.waitFor() != 0 || !tps.find() || !cpu.find()) {
        throw new IOException("pgbench said: " + said);
      }
      double spent = Double.parseDouble(cpu.group(1)) + Double.parseDouble(cpu.group(2));
      return new Outcome(Double.parseDouble(tps.group(1)), spent / seconds);
    } finally {
      FileTrees.delete(folder);
    }
  }
}

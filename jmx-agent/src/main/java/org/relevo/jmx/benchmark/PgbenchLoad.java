package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.postgres.JdbcTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of the machine's pgbench, watched by its log.
///
/// Owner: the benchmark's thread, apart from [#stop] and [#figures].
final class PgbenchLoad implements Load {
  /// The log of every transaction is kept while a run runs: 50 bytes each.
  static final int LONGEST_SECONDS = 3600;

  private static final Logger LOG = LoggerFactory.getLogger(PgbenchLoad.class);
  private static final long LOOK_MS = 100;
  private static final long END_SECONDS = 30;
  private static final Pattern TPS = Pattern.compile("(?m)^tps = ([0-9.]+)");

  private final PgbenchProgram program;
  private final BenchmarkPlan plan;
  private final JdbcTarget target;
  private final int scale;
  private final RunFigures figures = new RunFigures();
  private volatile boolean stopped;
  private volatile @Nullable Process process;
  private double cpuSeconds = -1;

  PgbenchLoad(PgbenchProgram program, BenchmarkPlan plan, JdbcTarget target, int scale) {
    this.program = program;
    this.plan = plan;
    this.target = target;
    this.scale = scale;
  }

  @Override
  public RunFigures figures() {
    return figures;
  }

  @Override
  public double cpuSeconds() {
    return cpuSeconds;
  }

  /// pgbench knows no gentle end: what it has done until now counts.
  @Override
  public void stop() {
    stopped = true;
    Process now = process;
    if (now != null) {
      now.destroy();
    }
  }

  @Override
  public void execute(long sequence, Consumer<BenchmarkSample> samples) throws IOException {
    Path folder =
        Files.createTempDirectory(
            "relevo-pgbench",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (PgbenchLog log =
        new PgbenchLog(folder, figures, Math.round(plan.latencyLimitMs() * 1e6))) {
      run(folder, log, new Sampler(figures, sequence, samples));
    } finally {
      FileTrees.delete(folder);
    }
  }

  private void run(Path folder, PgbenchLog log, Sampler sampler) throws IOException {
    List<String> command = program.command(plan, target, scale, folder);
    Path said = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    // Only its own account and root can read a process's environment.
    builder.environment().put("PGPASSWORD", target.password().get());
    builder.environment().put("PGAPPNAME", "relevo bench");
    figures.begin();
    Process started = builder.start();
    process = started;
    if (stopped) {
      started.destroy();
    }
    started.getOutputStream().close();
    watch(started, log, sampler);
    log.read();
    // Not readString: the server's messages may be in any encoding.
    String output = new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
    Matcher tps = TPS.matcher(output);
    if (tps.find()) {
      // Without the time that connecting took, as pgbench itself reckons.
      double rate = Double.parseDouble(tps.group(1));
      figures.end(rate > 0 ? Math.round(figures.transactions() / rate * 1e9) : -1);
    } else {
      figures.end();
    }
    sampler.sample();
    if (started.exitValue() != 0 && !stopped) {
      String last = output.strip().lines().reduce("", (_, line) -> line);
      LOG.warn("benchmark.pgbench-failed code={} said=\"{}\"", started.exitValue(), last);
      if (figures.transactions() == 0) {
        throw new IOException("pgbench ended with " + started.exitValue() + ": " + last);
      }
      figures.note("pgbench ended with " + started.exitValue() + ": " + last);
    }
  }

  private void watch(Process started, PgbenchLog log, Sampler sampler) throws IOException {
    long tick = 1;
    long most = (plan.seconds() > 0 ? plan.seconds() : LONGEST_SECONDS) + END_SECONDS;
    try {
      while (!started.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
        log.read();
        Duration cpu = started.info().totalCpuDuration().orElse(Duration.ZERO);
        cpuSeconds = Math.max(cpuSeconds, cpu.toMillis() / 1000.0);
        if (figures.elapsedNanos() / 1_000_000 >= tick * 1000) {
          sampler.sample();
          tick++;
        }
        if (figures.elapsedNanos() / 1_000_000_000 > most) {
          figures.note("pgbench did not end in time and was ended");
          started.destroyForcibly();
        }
      }
    } catch (InterruptedException _) {
      started.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

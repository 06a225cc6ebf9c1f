package org.relevo.jmx.ctl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkEngine;
import org.relevo.jmx.contract.BenchmarkFact;
import org.relevo.jmx.contract.BenchmarkFigure;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Verbs about kept runs and scripts: `bench list`, `show`, `compare`, `forget`, `scripts`,
/// `check`.
final class BenchRuns {
  private BenchRuns() {}

  @Command(name = "list", description = "Kept runs, the newest first.")
  static final class ListRuns extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      List<BenchmarkRun> runs = service.benchmark().getRuns();
      if (output.json()) {
        output.json(runs);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      for (BenchmarkRun run : runs) {
        BenchmarkStatus status = run.status();
        rows.add(
            List.of(
                run.id(),
                status.label().isEmpty() ? "-" : status.label(),
                status.engine(),
                status.script(),
                status.protocol(),
                Integer.toString(status.clients()),
                BenchViews.decimal(status.tps()),
                BenchViews.decimal(status.latencyP99Ms()),
                Long.toString(status.errors())));
      }
      output.table(
          List.of(
              "ID", "LABEL", "ENGINE", "SCRIPT", "PROTOCOL", "CLIENTS", "TPS", "P99_MS", "ERRORS"),
          rows);
      return ExitCode.DONE;
    }
  }

  @Command(name = "show", description = "One kept run, with its environment.")
  static final class Show extends RemoteCommand {
    @Parameters(paramLabel = "ID", description = "As `bench list` shows it.")
    String id = "";

    @Override
    int run(JmxConnection service, Output output) {
      BenchmarkRun run =
          service.benchmark().getRuns().stream()
              .filter(each -> each.id().equals(id))
              .findFirst()
              .orElseThrow(() ->
                  new CtlException(
                      ExitCode.BAD_ARGUMENTS, "there is no kept run " + id + ": see bench list"));
      if (output.json()) {
        output.json(Map.of("run", run, "samples", service.benchmark().samplesOf(id)));
        return ExitCode.DONE;
      }
      List<List<String>> fields = new ArrayList<>(BenchViews.fields(run.status()));
      fields.add(List.of("own CPU", BenchViews.decimal(run.cpuSeconds()) + " s"));
      for (BenchmarkFact fact : run.environment()) {
        fields.add(List.of(fact.name(), fact.value()));
      }
      output.fields(fields);
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "compare",
      description = "Two groups of kept runs: medians, spread, and whether they differ.")
  static final class Compare extends RemoteCommand {
    @Parameters(
        index = "0",
        paramLabel = "BASE",
        description = "Ids with commas between, or a label.")
    String base = "";

    @Parameters(index = "1", paramLabel = "OTHER", description = "As BASE.")
    String other = "";

    @Override
    int run(JmxConnection service, Output output) {
      BenchmarkComparison comparison = service.benchmark().compare(base, other);
      if (output.json()) {
        output.json(comparison);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      for (BenchmarkFigure figure : comparison.figures()) {
        rows.add(
            List.of(
                figure.name(),
                number(figure.baseMedian()),
                percent(figure.baseSpread()),
                number(figure.otherMedian()),
                percent(figure.otherSpread()),
                number(figure.ratio()),
                figure.probability() < 0 ? "-" : number(figure.probability()),
                NodeCommand.lower(figure.verdict())));
      }
      output.table(
          List.of("FIGURE", "BASE", "SPREAD", "OTHER", "SPREAD", "RATIO", "CHANCE", "VERDICT"),
          rows);
      output.line(comparison.baseRuns() + " runs and " + comparison.otherRuns() + " runs");
      comparison.differences().forEach(each -> output.line("not the same: " + each));
      return ExitCode.DONE;
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(double share) {
      return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
  }

  @Command(name = "forget", description = "Deletes a kept run.")
  static final class Forget extends RemoteCommand {
    @Parameters(paramLabel = "ID", description = "As `bench list` shows it.")
    String id = "";

    @Override
    int run(JmxConnection service, Output output) {
      service.benchmark().forget(id);
      return output.said(Map.of("forgotten", id), "forgotten: " + id);
    }
  }

  @Command(name = "scripts", description = "The built-in scripts and the engines there are.")
  static final class Scripts extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      List<BenchmarkScript> scripts = service.benchmark().getScripts();
      List<BenchmarkEngine> engines = service.benchmark().getEngines();
      if (output.json()) {
        output.json(Map.of("scripts", scripts, "engines", engines));
        return ExitCode.DONE;
      }
      engines.forEach(engine -> output.line("engine " + engine.name() + ": " + engine.version()));
      for (BenchmarkScript script : scripts) {
        output.line("");
        output.line("-- " + script.name());
        output.line(script.text().strip());
      }
      return ExitCode.DONE;
    }
  }

  @Command(name = "check", description = "Reads a script without running it.")
  static final class Check extends RemoteCommand {
    @Parameters(paramLabel = "FILE", description = "In pgbench's language.")
    Path file = Path.of("");

    @Override
    int run(JmxConnection service, Output output) {
      String problem = service.benchmark().checkScript(BenchCommand.read(file));
      if (!problem.isEmpty()) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, file + ": " + problem);
      }
      return output.said(Map.of("file", file.toString(), "problem", ""), file + ": can be run");
    }
  }
}

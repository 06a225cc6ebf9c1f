package org.relevo.jmx.ctl;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.JmxException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `relevo check WHAT`: a plugin for Nagios and its kin. One line with performance data; exit code
/// 0 fine, 1 warning, 2 critical, 3 not known.
@Command(
    name = "relevo check",
    usageHelpAutoWidth = true,
    description = "Plugin for Nagios, Icinga and Zabbix: one line, exit code 0 to 3.")
public final class CheckMain implements Callable<Integer> {
  static final int UNKNOWN = 3;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Mixin final ConnectOptions connection = new ConnectOptions();

  @Parameters(
      paramLabel = "WHAT",
      description = "nodes, lag, pool, quorum, consistency, recovery, certificate or address.")
  String what = "";

  @Option(
      names = {"-w", "--warning"},
      paramLabel = "N",
      defaultValue = "-1",
      description = "Warn from this value on; each check has its own when not given.")
  double warning;

  @Option(
      names = {"-c", "--critical"},
      paramLabel = "N",
      defaultValue = "-1",
      description = "Critical from this value on.")
  double critical;

  private final PrintWriter out;

  private CheckMain(PrintWriter out) {
    this.out = out;
  }

  /// What came of a check.
  ///
  /// @param level 0 fine to 3 not known
  /// @param figures name to `value;warning;critical`
  record Verdict(int level, String text, Map<String, String> figures) {
    Verdict {
      figures = new TreeMap<>(figures);
    }

    static Verdict of(int level, String text) {
      return new Verdict(level, text, Map.of());
    }

    String line(String what) {
      StringBuilder line =
          new StringBuilder("RELEVO ")
              .append(what.toUpperCase(Locale.ROOT))
              .append(' ')
              .append(List.of("OK", "WARNING", "CRITICAL", "UNKNOWN").get(level))
              .append(" - ")
              .append(text.replace('|', '/').replaceAll("\\s+", " "));
      if (!figures.isEmpty()) {
        line.append(" |");
        figures.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
      }
      return line.toString();
    }
  }

  /// @return the exit code
  public static int execute(String[] args, PrintWriter out) {
    CommandLine line = new CommandLine(new CheckMain(out));
    line.setOut(out);
    line.setParameterExceptionHandler((e, _) -> unknown(out, String.valueOf(e.getMessage())));
    line.setExecutionExceptionHandler((e, _, _) -> unknown(out, String.valueOf(e.getMessage())));
    int code = line.execute(args);
    out.flush();
    return code;
  }

  public static void main(String[] args) {
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.internal.verbosity", "WARN");
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }
    PrintWriter out =
        new PrintWriter(
            new java.io.FileOutputStream(java.io.FileDescriptor.out),
            true,
            java.nio.charset.StandardCharsets.UTF_8);
    System.exit(execute(args, out));
  }

  private static int unknown(PrintWriter out, String text) {
    out.println(Verdict.of(UNKNOWN, text).line("check"));
    return UNKNOWN;
  }

  @Override
  public Integer call() throws Exception {
    if (!Checks.NAMES.contains(what)) {
      return unknown(out, "there is no check '" + what + "'; use one of " + Checks.NAMES);
    }
    Verdict verdict;
    try (JmxConnection service = connection.open()) {
      verdict = new Checks(service, warning, critical, Instant.now().toEpochMilli()).run(what);
    } catch (JmxException e) {
      // The service itself is what is looked after: not to reach it is no unknown.
      verdict = Verdict.of(2, String.valueOf(e.getMessage()));
    }
    out.println(verdict.line(what));
    return verdict.level();
  }
}

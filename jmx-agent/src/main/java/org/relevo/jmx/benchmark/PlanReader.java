package org.relevo.jmx.benchmark;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.relevo.jmx.benchmark.script.BuiltIn;
import org.relevo.jmx.benchmark.script.Command;
import org.relevo.jmx.benchmark.script.Script;
import org.relevo.jmx.benchmark.script.ScriptException;
import org.relevo.jmx.benchmark.script.ScriptParser;
import org.relevo.jmx.benchmark.script.Value;
import org.relevo.jmx.benchmark.wire.Protocol;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkTables;

/// Checks plans and makes work of them. Nothing is connected to for that.
///
/// Owner: the caller's thread.
final class PlanReader {
  /// pgbench changes column types from 20000 on.
  static final int MAX_SCALE = 19_999;

  static final int MAX_CLIENTS = 1000;
  static final int MAX_RUNS = 100;
  static final int MAX_SCRIPTS = 128;
  private static final int MAX_LABEL = 100;
  private static final int MAX_NAME = 100;
  private static final int MAX_VARIABLES = 256;

  /// Of all scripts and variables, for a kept run has them.
  private static final int MAX_TEXT = 5 * BenchmarkMXBean.MAX_SCRIPT;

  /// Wherever it stands: what our reader takes for a quoted text may end earlier in pgbench's eyes,
  /// which runs any program for a script.
  private static final Pattern SHELL =
      Pattern.compile("\\\\[\\\\\\s]*(?:set)?shell", Pattern.CASE_INSENSITIVE);

  private PlanReader() {}

  /// @throws IllegalArgumentException says what is wrong
  static void check(BenchmarkPlan plan) {
    requireBetween("clients", plan.clients(), 1, MAX_CLIENTS);
    requireBetween("jobs", plan.jobs(), 1, plan.clients());
    requireBetween("seconds", plan.seconds(), 0, Integer.MAX_VALUE);
    requireBetween("runs", plan.runs(), 1, MAX_RUNS);
    require(plan.transactions() >= 0, "transactions must not be negative");
    require(
        plan.seconds() == 0 || plan.transactions() == 0,
        "either seconds or transactions can say how long, not both");
    require(
        plan.runs() == 1 || plan.seconds() + plan.transactions() > 0,
        "several runs need an end: give seconds or transactions");
    require(plan.rate() >= 0 && plan.rate() <= 1e9, "rate must be 0 to 1000000000: " + plan.rate());
    require(
        plan.latencyLimitMs() >= 0 && plan.latencyLimitMs() <= 1e9,
        "latencyLimitMs must not be negative: " + plan.latencyLimitMs());
    require(plan.label().length() <= MAX_LABEL, "the label is longer than " + MAX_LABEL);
    require(
        plan.label().chars().noneMatch(c -> c < ' ' || c == ','),
        "the label must have no comma and no control character");
    require(
        plan.engine().equals(Benchmark.OWN) || plan.engine().equals(PgbenchProgram.NAME),
        "no engine '" + plan.engine() + "'; there are relevo, pgbench");
    Protocol protocol = Protocol.parse(plan.protocol());
    requireBounded(plan);
    List<Script> scripts = scripts(plan);
    require(
        plan.engine().equals(Benchmark.OWN)
            || scripts.stream().noneMatch(script -> SHELL.matcher(script.text()).find()),
        "a script for pgbench must have \\shell and \\setshell nowhere, not in quotes either");
    require(
        protocol != Protocol.SIMPLE || scripts.stream().noneMatch(PlanReader::hasPipeline),
        "a script with \\startpipeline needs the protocol extended or prepared");
    variables(plan, 1);
  }

  private static void requireBounded(BenchmarkPlan plan) {
    require(plan.scripts().size() <= MAX_SCRIPTS, "a run has at most " + MAX_SCRIPTS + " scripts");
    require(
        plan.variables().size() <= MAX_VARIABLES,
        "a run has at most " + MAX_VARIABLES + " variables");
    long text = plan.variables().stream().mapToLong(String::length).sum();
    for (BenchmarkScript script : plan.scripts()) {
      text += script.text().length();
      require(
          script.name().length() <= MAX_NAME && script.name().chars().noneMatch(c -> c < ' '),
          "a script's name is at most " + MAX_NAME + " long and has no control character");
    }
    require(text <= MAX_TEXT, "scripts and variables together are longer than " + MAX_TEXT);
  }

  /// @param scale as the tables have it
  static Work work(BenchmarkPlan plan, int scale) {
    return new Work(
        scripts(plan),
        Protocol.parse(plan.protocol()),
        plan.transactions(),
        plan.rate(),
        Math.round(plan.latencyLimitMs() * 1e6),
        variables(plan, scale));
  }

  static void check(BenchmarkTables tables) {
    requireBetween("scale", tables.scale(), 1, MAX_SCALE);
    requireBetween("fillFactor", tables.fillFactor(), 10, 100);
  }

  /// @return what is wrong with a script; `""` when nothing is
  static String checkScript(String text) {
    try {
      parse(new BenchmarkScript("script", text, 1), 0);
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Whether the tables are looked at for the scale, as pgbench does for its own scripts.
  static boolean usesBuiltIn(BenchmarkPlan plan) {
    return plan.scripts().stream().anyMatch(script -> script.text().isBlank());
  }

  static String names(BenchmarkPlan plan) {
    List<BenchmarkScript> scripts = plan.scripts();
    if (scripts.size() == 1) {
      return scripts.getFirst().name();
    }
    List<String> words = new ArrayList<>();
    scripts.forEach(script -> words.add(script.name() + "@" + script.weight()));
    return String.join(", ", words);
  }

  private static List<Script> scripts(BenchmarkPlan plan) {
    require(!plan.scripts().isEmpty(), "a run needs a script");
    List<Script> scripts = new ArrayList<>();
    int number = 0;
    for (BenchmarkScript each : plan.scripts()) {
      Script script = parse(each, number);
      number += script.commands().size();
      scripts.add(script);
    }
    return scripts;
  }

  private static Script parse(BenchmarkScript script, int firstNumber) {
    requireBetween("weight of " + script.name(), script.weight(), 1, 1_000_000);
    require(
        script.text().length() <= BenchmarkMXBean.MAX_SCRIPT,
        "script " + script.name() + " is longer than " + BenchmarkMXBean.MAX_SCRIPT);
    String text = script.text();
    if (text.isBlank()) {
      text =
          BuiltIn.find(script.name())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "no benchmark script '"
                          + script.name()
                          + "'; there are "
                          + String.join(", ", BuiltIn.names())))
              .text();
    }
    try {
      return ScriptParser.parse(script.name(), text, script.weight(), firstNumber);
    } catch (ScriptException e) {
      throw new IllegalArgumentException("script " + script.name() + ": " + e.getMessage(), e);
    }
  }

  private static boolean hasPipeline(Script script) {
    return script.commands().stream().anyMatch(Command.StartPipeline.class::isInstance);
  }

  private static Map<String, Value> variables(BenchmarkPlan plan, int scale) {
    Map<String, Value> variables = new HashMap<>();
    variables.put("scale", new Value.Int(scale));
    variables.put("default_seed", new Value.Int(new SecureRandom().nextLong()));
    variables.put("random_seed", new Value.Int(new SecureRandom().nextLong()));
    for (String each : plan.variables()) {
      int equals = each.indexOf('=');
      require(
          equals > 0 && each.substring(0, equals).matches("[A-Za-z0-9_\\x80-\\uffff]+"),
          "a variable is name=value: '" + each + "'");
      variables.put(each.substring(0, equals), new Value.Text(each.substring(equals + 1)));
    }
    return variables;
  }

  private static void require(boolean good, String message) {
    if (!good) {
      throw new IllegalArgumentException(message);
    }
  }

  private static void requireBetween(String name, int value, int lowest, int highest) {
    require(
        value >= lowest && value <= highest,
        name + " must be " + lowest + " to " + highest + ": " + value);
  }
}

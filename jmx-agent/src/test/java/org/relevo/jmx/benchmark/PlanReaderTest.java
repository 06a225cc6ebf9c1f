package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkScript;

class PlanReaderTest {
  private static BenchmarkPlan plan(
      String engine, List<BenchmarkScript> scripts, List<String> variables) {
    return new BenchmarkPlan("", engine, scripts, "simple", 1, 1, 1, 0, 0, 0, variables, 1);
  }

  private static BenchmarkPlan plan(String engine, String text) {
    return plan(engine, List.of(new BenchmarkScript("own", text, 1)), List.of());
  }

  private static void wrong(BenchmarkPlan plan, String message) {
    assertThatThrownBy(() -> PlanReader.check(plan))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /// To pgbench the second text is a part of the first, in which a backslash hides a quote: the
  /// command that we take for a quoted text would be run.
  @Test
  void noScriptForPgbenchHasAShellAnywhere() {
    String hidden = "SELECT E'a'\n'\\'' \\shell touch /tmp/x\n--';\n";
    assertThatCode(() -> PlanReader.check(plan("relevo", hidden))).doesNotThrowAnyException();
    for (String text :
        List.of(hidden, hidden.replace("\\shell", "\\ \t\\\n setSHELL x"), "SELECT '\\shell';")) {
      wrong(plan("pgbench", text), "must have \\shell and \\setshell nowhere");
    }
    assertThatCode(() -> PlanReader.check(plan("pgbench", "SELECT 'shell';")))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsKeptOfAPlanIsBounded() {
    String large = "SELECT '" + "x".repeat(190_000) + "';";
    wrong(
        plan("relevo", Collections.nCopies(6, new BenchmarkScript("own", large, 1)), List.of()),
        "scripts and variables together are longer than");
    wrong(
        plan("relevo", List.of(new BenchmarkScript("two\nlines", "SELECT 1;", 1)), List.of()),
        "no control character");
    wrong(
        plan(
            "relevo",
            List.of(new BenchmarkScript("own", "SELECT 1;", 1)),
            Collections.nCopies(300, "a=b")),
        "at most 256 variables");
  }
}

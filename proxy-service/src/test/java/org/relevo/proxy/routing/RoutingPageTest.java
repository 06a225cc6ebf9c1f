package org.relevo.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The page on routing says what the rules and the cases say. With `-Drelevo.update=true` the
/// generated parts are written anew.
class RoutingPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("relevo.root", "..")).resolve("resources/docs/routing.md");

  @Test
  void thePageIsCurrent() throws IOException {
    String text = Files.readString(PAGE);
    String current = replaced(replaced(text, "rules", rules()), "cases", cases());
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(PAGE, current);
    }
    assertThat(Files.readString(PAGE))
        .as("%s is stale; run this test with -Drelevo.update=true", PAGE)
        .isEqualTo(current);
  }

  /// The configuration reference is generated, this page is not: names must be real.
  @Test
  void thePageNamesEveryRuleOnce() throws IOException {
    String text = Files.readString(PAGE);
    for (Reason reason : Reason.values()) {
      assertThat(text.split("(?m)^\\| `" + reason + "` ", -1)).as(reason.name()).hasSize(2);
    }
  }

  private static String replaced(String text, String part, String generated) {
    String begin = "<!-- generated from the " + part + ": begin -->";
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf("<!-- generated from the " + part + ": end -->");
    return text.substring(0, from) + "\n\n" + generated + "\n" + text.substring(to);
  }

  private static String rules() {
    StringBuilder out = new StringBuilder("| rule | goes to | when | example | writes |\n");
    out.append("| --- | --- | --- | --- | --- |\n");
    for (Reason reason : Reason.values()) {
      Optional<RouteCase> example =
          RouteCase.all().stream().filter(each -> each.reason() == reason).findFirst();
      out.append(
          "| `%s` | %s | %s | %s | %s |%n"
              .formatted(
                  reason,
                  switch (reason.goes()) {
                    case PRIMARY -> "primary";
                    case NODE -> "a node";
                    case SESSION -> "the session's nodes";
                  },
                  escaped(reason.rule()),
                  example.map(RoutingPageTest::statement).orElse("a message"),
                  reason.writes() ? "yes" : ""));
    }
    return out.toString();
  }

  private static String cases() {
    StringBuilder out = new StringBuilder();
    String section = "";
    List<RouteCase> all = RouteCase.all();
    for (RouteCase each : all) {
      if (!each.section().equals(section)) {
        section = each.section();
        out.append(out.isEmpty() ? "" : "\n").append("### ").append(section).append("\n\n");
        out.append("| statement | goes to | rule | pgpool-II 4.7 | why not the same |\n");
        out.append("| --- | --- | --- | --- | --- |\n");
      }
      out.append(
          "| %s | %s | %s | %s | %s |%n"
              .formatted(
                  statement(each),
                  each.goes(),
                  each.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                  each.pgpool().isEmpty() ? "same" : escaped(each.pgpool()),
                  escaped(each.why())));
    }
    return out.toString();
  }

  private static String statement(RouteCase each) {
    StringBuilder out = new StringBuilder(code(each.sql()));
    if (!each.prepared().isEmpty()) {
      out.append(", prepared as ").append(code(each.prepared()));
    }
    if (!each.state().isEmpty()) {
      out.append(", ").append(code(each.state()));
    }
    if (!each.rules().isEmpty()) {
      for (String rule : each.rules().split(" & ", -1)) {
        out.append(", ").append(code(rule));
      }
    }
    if (!each.unnamed().isEmpty()) {
      out.append(", and casts that may write");
    }
    if (!each.usualNodes()) {
      out.append(", ").append(code(each.nodes()));
    }
    return out.toString();
  }

  private static String code(String text) {
    return "`" + escaped(text) + "`";
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}

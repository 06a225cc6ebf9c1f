package org.relevo.proxy.situations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.situations.Situation.Client;

/// The page of differences says what the table of situations says. With `-Drelevo.update=true` its
/// generated part is written anew.
class SituationsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("relevo.root", "..")).resolve("resources/docs/compatibility.md");
  private static final String BEGIN = "<!-- generated from the table of situations: begin -->";
  private static final String END = "<!-- generated from the table of situations: end -->";

  @Test
  void everyDifferenceIsOnThePage() throws IOException {
    String text = Files.readString(PAGE);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    String current = text.substring(0, begin) + "\n" + table() + text.substring(text.indexOf(END));
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(PAGE, current);
    }
    assertThat(Files.readString(PAGE))
        .as("%s is stale; run this test with -Drelevo.update=true", PAGE)
        .isEqualTo(current);
  }

  @Test
  void namesAreUnique() {
    SituationTable.all()
        .forEach((client, situations) -> {
          Set<String> names = new HashSet<>();
          for (Situation situation : situations) {
            assertThat(names.add(situation.name())).as("%s: %s", client, situation.name()).isTrue();
          }
        });
  }

  private static String table() {
    StringBuilder out = new StringBuilder();
    Map<Client, List<Situation>> table = SituationTable.all();
    out.append('\n');
    table.forEach((client, situations) ->
        out.append("- ")
            .append(client.label())
            .append(": ")
            .append(situations.size())
            .append(" situations\n"));
    out.append("\n| situation | client | session | transaction | statement |\n");
    out.append("| --- | --- | --- | --- | --- |\n");
    table.forEach((client, situations) -> {
      for (Situation situation : situations) {
        if (!situation.expected().isEmpty()) {
          out.append(row(client, situation));
        }
      }
    });
    return out.append('\n').toString();
  }

  private static String row(Client client, Situation situation) {
    Map<Route, String> cells = new EnumMap<>(Route.class);
    for (Route route : List.of(Route.SESSION, Route.TRANSACTION, Route.STATEMENT)) {
      cells.put(route, cell(situation.expectedBy(route)));
    }
    // What is said before is not said again.
    Map<String, Route> said = new LinkedHashMap<>();
    cells.forEach((route, text) -> {
      Route before = said.putIfAbsent(text, route);
      if (before != null && !text.equals("same")) {
        cells.put(route, "as " + before.label());
      }
    });
    return "| %s | %s | %s | %s | %s |%n"
        .formatted(
            situation.name(),
            client.label(),
            cells.get(Route.SESSION),
            cells.get(Route.TRANSACTION),
            cells.get(Route.STATEMENT));
  }

  private static String cell(Expectation expectation) {
    return switch (expectation) {
      case Expectation.Same _ -> "same";
      case Expectation.Differs(String what, String why) -> why + " (`" + what + "`)";
      case Expectation.Refused(String why) -> "refused, 0A000: " + why;
    };
  }
}

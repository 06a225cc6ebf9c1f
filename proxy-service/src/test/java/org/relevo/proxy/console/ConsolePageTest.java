package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The console's page lists every command and column. With `-Drelevo.update=true` the tables'
/// columns are written anew.
class ConsolePageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("relevo.root", "..")).resolve("resources/docs/console.md");
  private static final String BEGIN = "<!-- generated: begin -->";
  private static final String END = "<!-- generated: end -->";

  @Test
  void theColumnsAreCurrent() throws IOException {
    String text = Files.readString(PAGE);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    String current = text.substring(0, begin) + "\n\n" + columns() + "\n" + text.substring(end);
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(PAGE, current);
    }
    assertThat(Files.readString(PAGE))
        .as("%s is stale; run this test with -Drelevo.update=true", PAGE)
        .isEqualTo(current);
  }

  private static String columns() {
    StringBuilder out = new StringBuilder("| command | columns |\n| --- | --- |\n");
    for (ShowTable table : ShowTable.values()) {
      out.append("| `SHOW ").append(table.name()).append("` | ");
      out.append(
          table.columns().stream()
              .map(column ->
                  "`"
                      + column.name()
                      + "`"
                      + (column.type() == ColumnType.TEXT ? "" : " " + column.type().shown()))
              .collect(Collectors.joining(", ")));
      out.append(" |\n");
    }
    return out.toString();
  }

  @ParameterizedTest
  @EnumSource
  void everyTableIsExplained(ShowTable table) throws IOException {
    String text = Files.readString(PAGE);
    assertThat(text.substring(0, text.indexOf(BEGIN)))
        .as("a word about SHOW %s before the columns", table)
        .containsPattern("`SHOW [^`]*\\b" + table.name() + "\\b");
  }

  @Test
  void everyLineOfTheHelpIsOnThePage() throws IOException {
    String text = Files.readString(PAGE);
    for (HelpText.Line line : HelpText.LINES) {
      for (String word : line.command().replaceAll("[^A-Z_ ]", " ").strip().split("\\s+", -1)) {
        assertThat(text).as(line.command()).contains(word);
      }
    }
  }

  @Test
  void theHelpNamesEveryTable() {
    String help =
        HelpText.LINES.stream().map(HelpText.Line::command).collect(Collectors.joining("\n"));
    for (ShowTable table : ShowTable.values()) {
      assertThat(help).containsPattern("\\b" + table.name() + "\\b");
    }
  }
}

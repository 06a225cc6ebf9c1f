package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The reference pages and the sample file say what the tables say. With `-Drelevo.update=true` the
/// generated parts are written anew.
class ConfigurationPagesTest {
  private static final Path RESOURCES =
      Path.of(System.getProperty("relevo.root", "..")).resolve("resources");
  private static final String BEGIN = "<!-- generated: begin -->";
  private static final String END = "<!-- generated: end -->";

  @Test
  void theConfigurationReferenceIsCurrent() throws IOException {
    check(RESOURCES.resolve("docs/configuration.md"), settingsTable());
  }

  @Test
  void theCompatibilityPageIsCurrent() throws IOException {
    check(RESOURCES.resolve("docs/compatibility.md"), ignoredTable());
  }

  @Test
  void theSampleNamesEverySettingWithItsDefault() throws IOException {
    List<String> lines = Files.readAllLines(RESOURCES.resolve("config/relevo.conf.sample"));
    for (Setting setting : SettingTable.settings()) {
      String name = setting.name().replaceFirst("N$", "0");
      String expected = "#" + name + " = '" + setting.writtenDefault() + "'";
      assertThat(lines)
          .as("sample has '%s'", expected)
          .anyMatch(line -> (line.startsWith("#") ? line : "#" + line).startsWith(expected));
    }
  }

  @Test
  void theSampleIsAValidConfiguration() throws Exception {
    ProxyConfig config = ProxyConfig.load(RESOURCES.resolve("config/relevo.conf.sample"));
    assertThat(config.ignored()).isEmpty();
    assertThat(config.backends()).hasSize(1);
  }

  private static void check(Path page, String generated) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    String current = text.substring(0, begin) + "\n" + generated + text.substring(end);
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(page, current);
    }
    assertThat(Files.readString(page))
        .as("%s is stale; run this test with -Drelevo.update=true", page)
        .isEqualTo(current);
  }

  private static String settingsTable() {
    StringBuilder out = new StringBuilder();
    String section = "";
    for (Setting setting : SettingTable.settings()) {
      if (!setting.section().equals(section)) {
        section = setting.section();
        out.append("\n## ").append(section).append("\n\n");
        out.append("| setting | type | default | bounds | change | meaning |\n");
        out.append("| --- | --- | --- | --- | --- | --- |\n");
      }
      out.append(
          "| `%s` | %s | %s | %s | %s | %s |%n"
              .formatted(
                  setting.name(),
                  setting.type().name().toLowerCase(java.util.Locale.ROOT)
                      + (setting.unit().isEmpty() ? "" : " (" + setting.unit() + ")"),
                  shownDefault(setting),
                  setting.least().isEmpty() ? "" : setting.least() + " to " + setting.most(),
                  setting.reloadable() ? "reload" : "restart",
                  setting.description().replace("|", "\\|")));
    }
    return out.append('\n').toString();
  }

  private static String shownDefault(Setting setting) {
    String text = setting.defaultValue();
    if (text.startsWith("<")) {
      return text.substring(1, text.length() - 1);
    }
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  private static String ignoredTable() {
    StringBuilder out =
        new StringBuilder("\n| directive | why it has no effect |\n| --- | --- |\n");
    for (String name : new TreeSet<>(SettingTable.ignored().keySet())) {
      out.append("| `%s` | %s |%n".formatted(name, SettingTable.ignored().get(name)));
    }
    return out.append('\n').toString();
  }
}

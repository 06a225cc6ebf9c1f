package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void theSampleIsCurrent() throws IOException {
    check(RESOURCES.resolve("config/relevo.conf.sample"), "", sample());
  }

  @Test
  void theSampleIsAValidConfiguration() throws Exception {
    ProxyConfig config = ProxyConfig.load(RESOURCES.resolve("config/relevo.conf.sample"));
    assertThat(config.ignored()).isEmpty();
    assertThat(config.warnings()).isEmpty();
    assertThat(config.backends()).hasSize(1);
  }

  /// What stands behind a # is a default, so without the # the configuration is the same.
  @Test
  void theSampleHoldsWhatCountsWithoutIt(@TempDir Path folder) throws Exception {
    String sample = Files.readString(RESOURCES.resolve("config/relevo.conf.sample"));
    String assigned = sample.replaceAll("(?m)^#(?=[a-z]\\w* = )", "");
    ProxyConfig active = ProxyConfig.load(Files.writeString(folder.resolve("active"), assigned));
    ProxyConfig bare =
        ProxyConfig.load(
            Files.writeString(folder.resolve("bare"), "backend_hostname0 = 'localhost'\n"));

    assertThat(active.settings().stream().filter(state -> state.place().isEmpty())).isEmpty();
    assertThat(active.changesTo(bare)).isEmpty();
    assertThat(active.pools()).isEqualTo(bare.pools());
    assertThat(active.clients()).isEqualTo(bare.clients());
    assertThat(active.authentication().query()).isEqualTo(bare.authentication().query());
  }

  private static void check(Path page, String generated) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    check(page, text.substring(0, begin) + "\n", generated + text.substring(end));
  }

  private static void check(Path page, String kept, String generated) throws IOException {
    String current = kept + generated;
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(page, current);
    }
    assertThat(Files.readString(page))
        .as("%s is stale; run this test with -Drelevo.update=true", page)
        .isEqualTo(current);
  }

  private static String sample() {
    StringBuilder out =
        new StringBuilder(
            """
            # Relevo configuration. Each setting is here with its default; remove the # to set it.
            # Reference: resources/docs/configuration.md
            """);
    String section = "";
    for (Setting setting : SettingTable.settings()) {
      if (!setting.section().equals(section)) {
        section = setting.section();
        String rule = "#" + "-".repeat(78);
        out.append("\n%s%n# %s%n%s%n".formatted(rule, section.toUpperCase(Locale.ROOT), rule));
      }
      out.append('\n');
      String text = setting.description() + (setting.reloadable() ? "" : " (needs a restart)");
      out.append(wrapped(text));
      if (!setting.writtenDefault().equals(setting.defaultValue())) {
        out.append("# Default: ").append(shownDefault(setting)).append(".\n");
      }
      // Without one server there is no configuration.
      String assignment =
          setting.name().equals("backend_hostnameN")
              ? "backend_hostname0 = 'localhost'"
              : "#%s = '%s'"
                  .formatted(
                      setting.name().replaceFirst("N$", "0"),
                      setting.writtenDefault().replace("'", "''"));
      out.append(assignment).append('\n');
    }
    return out.append(
            """

            #------------------------------------------------------------------------------
            # SECTIONS
            #------------------------------------------------------------------------------

            # Settings of POOLS that hold for one database or user only; [all] ends the sections.
            # The most particular one counts: database and user, then user, then database.
            #[database 'shop']
            #pool_mode = 'transaction'
            #[user 'report']
            #default_pool_size = '5'
            #[database 'shop' user 'report']
            #query_wait_timeout = '10s'
            #[all]
            """
                .replaceAll("(?m)^#(?=\\w+ = )", "#  "))
        .toString();
  }

  /// Comment lines of at most 100 characters.
  private static String wrapped(String text) {
    StringBuilder out = new StringBuilder();
    StringBuilder line = new StringBuilder("#");
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > 100) {
        out.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    return out.append(line).append('\n').toString();
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
                  setting.type().name().toLowerCase(Locale.ROOT)
                      + (setting.unit().isEmpty() ? "" : " (" + setting.unit() + ")"),
                  shownDefault(setting),
                  bounds(setting),
                  change(setting),
                  setting.description().replace("|", "\\|")));
    }
    return out.append('\n').toString();
  }

  private static String bounds(Setting setting) {
    if (setting.type() == Setting.Type.CHOICE) {
      return "`" + setting.least().replace(" ", "`, `") + "`";
    }
    return setting.least().isEmpty() ? "" : setting.least() + " to " + setting.most();
  }

  private static String change(Setting setting) {
    String sections = setting.perPool() ? ", sections" : "";
    return (setting.reloadable() ? "reload" : "restart") + sections;
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

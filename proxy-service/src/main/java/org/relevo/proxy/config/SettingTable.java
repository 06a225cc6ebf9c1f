package org.relevo.proxy.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The two tables beside this class: settings with an effect, and directives without one.
final class SettingTable {
  private static final List<Setting> SETTINGS = readSettings(lines("settings.table"));
  private static final Map<String, Setting> BY_NAME = index();
  private static final Map<String, String> IGNORED = readIgnored(lines("ignored.table"));

  private SettingTable() {}

  static List<Setting> settings() {
    return SETTINGS;
  }

  /// Directives without effect and why, in the table's order.
  static Map<String, String> ignored() {
    return IGNORED;
  }

  /// Null when there is no such row.
  static @Nullable Setting find(String name) {
    return BY_NAME.get(name);
  }

  /// @throws IllegalArgumentException when the table has no such row: a slip in this package
  static Setting require(String name) {
    Setting setting = BY_NAME.get(name);
    if (setting == null) {
      throw new IllegalArgumentException("settings.table has no row '" + name + "'");
    }
    return setting;
  }

  private static Map<String, Setting> index() {
    Map<String, Setting> byName = new LinkedHashMap<>();
    for (Setting setting : SETTINGS) {
      if (byName.put(setting.name(), setting) != null) {
        throw new IllegalStateException("settings.table has two rows '" + setting.name() + "'");
      }
    }
    return byName;
  }

  private static List<Setting> readSettings(List<String> lines) {
    List<Setting> settings = new ArrayList<>();
    String section = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("[")) {
        section = line.substring(1, line.length() - 1);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        i++;
        settings.add(row(section, line, lines.get(i).strip()));
      }
    }
    return List.copyOf(settings);
  }

  private static Setting row(String section, String line, String description) {
    String[] cells = line.split("\\|", -1);
    if (cells.length != 7 || description.isEmpty()) {
      throw new IllegalStateException("settings.table: not seven cells and a text: " + line);
    }
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i].strip();
    }
    return new Setting(
        section,
        cells[0],
        Setting.Type.valueOf(cells[1].toUpperCase(Locale.ROOT)),
        cells[2],
        cells[3],
        cells[4],
        cells[5],
        !cells[6].equals("static"),
        cells[6].equals("pool"),
        description);
  }

  private static Map<String, String> readIgnored(List<String> lines) {
    Map<String, String> ignored = new LinkedHashMap<>();
    String reason = "";
    for (String line : lines) {
      if (line.startsWith("[")) {
        reason = line.substring(1, line.length() - 1);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        ignored.put(line.strip(), reason);
      }
    }
    return java.util.Collections.unmodifiableMap(ignored);
  }

  private static List<String> lines(String resource) {
    try (InputStream in =
        Objects.requireNonNull(SettingTable.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

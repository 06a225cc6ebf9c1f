package org.relevo.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.relevo.proxy.core.BackendId;

/// The lines of all files, sorted into settings, sections, ignored and unknown ones.
///
/// Owner: the thread that reads the configuration.
final class Directives {
  /// A name and a number without leading zeros, of which `01` and `1` would be two.
  static final Pattern NUMBERED = Pattern.compile("(.*?[^0-9])(\\d|[1-9]\\d{1,2})");

  private final List<ConfigProblem> problems;
  private final List<IgnoredDirective> ignored = new ArrayList<>();
  private final List<ConfigWarning> warnings = new ArrayList<>();
  private final Map<String, ConfigLine> assigned = new LinkedHashMap<>();
  private final Map<PoolScope, Map<String, ConfigLine>> sections = new LinkedHashMap<>();
  private final OldDirectives old;

  Directives(List<ConfigLine> lines, List<ConfigProblem> problems) {
    this.problems = problems;
    this.old = new OldDirectives(assigned, problems, warnings);
    lines.forEach(this::sort);
    old.finish();
  }

  /// The line that counts, by full name (`backend_port1`), outside sections.
  Map<String, ConfigLine> assigned() {
    return assigned;
  }

  List<IgnoredDirective> ignored() {
    return ignored;
  }

  List<ConfigWarning> warnings() {
    return warnings;
  }

  void warn(String name, String message) {
    ConfigLine line = assigned.get(name);
    warnings.add(new ConfigWarning(line == null ? "default" : line.place(), name, message));
  }

  /// What each section sets.
  Map<PoolScope, PoolPatch> patches(Path file) {
    Map<PoolScope, PoolPatch> patches = new HashMap<>();
    sections.forEach((scope, lines) ->
        patches.put(scope, PoolPatch.of(new SettingValues(file, lines, problems), false)));
    return patches;
  }

  /// Everything that is set; a section's setting is named as in `pool_mode [user 'app']`.
  Map<String, AssignedValue> written() {
    Map<String, AssignedValue> written = new HashMap<>();
    assigned.forEach((name, line) -> written.put(name, value(line)));
    sections.forEach((scope, lines) ->
        lines.forEach((name, line) -> written.put(name + " [" + scope + "]", value(line))));
    return written;
  }

  private static AssignedValue value(ConfigLine line) {
    return new AssignedValue(new Secret(line.value()), line.place());
  }

  /// The table's row of a full name such as `backend_port1` or `pool_mode [user 'app']`.
  static String rowName(String name) {
    int section = name.indexOf(" [");
    String plain = section < 0 ? name : name.substring(0, section);
    Matcher numbered = NUMBERED.matcher(plain);
    return numbered.matches() ? numbered.group(1) + "N" : plain;
  }

  private void sort(ConfigLine line) {
    String row = rowName(line.key());
    Setting setting = SettingTable.find(row);
    if (setting != null) {
      assign(line, setting);
      return;
    }
    if (old.take(line)) {
      return;
    }
    String reason = SettingTable.ignored().get(row);
    if (reason != null) {
      ignored.add(new IgnoredDirective(line.key(), line.place(), reason));
      return;
    }
    List<String> names = new ArrayList<>(SettingTable.ignored().keySet());
    SettingTable.settings().forEach(known -> names.add(known.name()));
    String hint =
        NearestName.of(row, names)
            .map(name -> "did you mean '" + name + "'?")
            .orElse("see the configuration reference for all names");
    problem(line, "unknown setting; " + hint);
  }

  private void assign(ConfigLine line, Setting setting) {
    if (!line.scope().equals(PoolScope.ALL)) {
      if (setting.perPool()) {
        put(sections.computeIfAbsent(line.scope(), _ -> new LinkedHashMap<>()), line.key(), line);
      } else {
        problem(
            line,
            "cannot stand in the section [%s]; write it before the first section or behind [all]"
                    .formatted(line.scope())
                + " (a section may have "
                + perPoolNames()
                + ")");
      }
      return;
    }
    if (setting.perNode()
        && Integer.parseInt(line.key().substring(setting.name().length() - 1)) > BackendId.MAX) {
      problem(line, "nodes are numbered 0 to " + BackendId.MAX);
      return;
    }
    put(assigned, line.key().equals("max_clients") ? "num_init_children" : line.key(), line);
  }

  /// The last line wins, and stands where it was written.
  private static void put(Map<String, ConfigLine> lines, String key, ConfigLine line) {
    lines.remove(key);
    lines.put(key, line);
  }

  static String perPoolNames() {
    return SettingTable.settings().stream()
        .filter(Setting::perPool)
        .map(Setting::name)
        .collect(Collectors.joining(", "));
  }

  private void problem(ConfigLine line, String message) {
    problems.add(new ConfigProblem(line.place(), line.key(), message));
  }
}

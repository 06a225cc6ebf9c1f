package org.relevo.proxy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Settings as text, passwords masked: what differs, and what stands.
final class SettingReport {
  /// What a setting of a section is without it.
  private static final String INHERITED = "(inherited)";

  private SettingReport() {}

  static List<SettingChange> changes(
      Map<String, AssignedValue> before, Map<String, AssignedValue> after) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<SettingChange> changes = new ArrayList<>();
    for (String name : names) {
      Setting setting = SettingTable.require(Directives.rowName(name));
      String fallback = name.endsWith("]") ? INHERITED : setting.writtenDefault();
      String old = text(before.get(name), fallback);
      String now = text(after.get(name), fallback);
      if (!old.equals(now)) {
        changes.add(
            new SettingChange(
                name, shown(setting, old), shown(setting, now), setting.reloadable()));
      }
    }
    return changes;
  }

  static List<SettingState> states(ProxyConfig config) {
    List<SettingState> states = new ArrayList<>();
    for (Setting setting : SettingTable.settings()) {
      if (setting.perNode()) {
        String stem = setting.name().substring(0, setting.name().length() - 1);
        config
            .backends()
            .forEach(
                node -> states.add(state(setting, stem + node.id().value(), config.assigned())));
      } else if (!setting.name().equals("max_clients")) {
        states.add(state(setting, setting.name(), config.assigned()));
      }
      String sections = setting.name() + " [";
      config.assigned().keySet().stream()
          .filter(name -> name.startsWith(sections))
          .sorted()
          .forEach(name -> states.add(state(setting, name, config.assigned())));
    }
    return states;
  }

  private static SettingState state(
      Setting setting, String name, Map<String, AssignedValue> assigned) {
    AssignedValue value = assigned.get(name);
    return new SettingState(
        setting.section(),
        name,
        shown(setting, text(value, setting.defaultValue())),
        setting.defaultValue(),
        value == null ? "" : value.place(),
        setting.reloadable(),
        setting.description());
  }

  private static String text(@Nullable AssignedValue value, String fallback) {
    return value == null ? fallback : value.value().value();
  }

  private static String shown(Setting setting, String text) {
    return setting.type() == Setting.Type.SECRET ? new Secret(text).toString() : text;
  }
}

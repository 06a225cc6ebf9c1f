package org.relevo.proxy.agent;

import java.util.HashMap;
import java.util.Map;

/// pgpool-II's placeholders in commands: `%d %h %p %D` the server that it is about, `%m %H %r %R`
/// the new main node or primary, `%M` the old main node, `%P %N %S` the old primary, `%%` a percent
/// sign. Other letters vanish, and what there is none of becomes `""`, `-1` as a number.
final class Placeholders {
  private Placeholders() {}

  static Map<Character, String> of(HookNode subject, HookNode oldPrimary) {
    return of(subject, HookNode.NONE, HookNode.NONE, oldPrimary);
  }

  static Map<Character, String> of(
      HookNode subject, HookNode newMain, HookNode oldMain, HookNode oldPrimary) {
    Map<Character, String> values = new HashMap<>();
    values.put('d', String.valueOf(subject.id()));
    values.put('h', text(subject.host()));
    values.put('p', text(subject.port()));
    values.put('D', text(subject.dataDirectory()));
    values.put('m', String.valueOf(newMain.id()));
    values.put('H', text(newMain.host()));
    values.put('r', text(newMain.port()));
    values.put('R', text(newMain.dataDirectory()));
    values.put('M', String.valueOf(oldMain.id()));
    values.put('P', String.valueOf(oldPrimary.id()));
    values.put('N', text(oldPrimary.host()));
    values.put('S', text(oldPrimary.port()));
    values.put('%', "%");
    return Map.copyOf(values);
  }

  /// @throws ActionFailure when a value would mean something to the shell: values stand unquoted,
  ///   as in pgpool-II, so that quotes of the command's writer go on to work
  static String expand(String template, Map<Character, String> values) throws ActionFailure {
    StringBuilder line = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char here = template.charAt(at);
      at++;
      if (here != '%' || at == template.length()) {
        line.append(here);
        continue;
      }
      String value = values.getOrDefault(template.charAt(at), "");
      if (!value.equals("\"\"") && !value.matches("[\\w./:@%+,= -]*")) {
        throw new ActionFailure(
            "%%%c is '%s', which means something to the shell; nothing was run"
                .formatted(template.charAt(at), value));
      }
      at++;
      line.append(value);
    }
    return line.toString();
  }

  private static String text(String value) {
    return value.isEmpty() ? "\"\"" : value;
  }
}

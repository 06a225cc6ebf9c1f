package org.relevo.proxy.sql.classify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.grammar.TokenKind;

/// What SET, RESET and BEGIN change, read from their tokens. Values are as SHOW tells them, as far
/// as that needs no knowledge of the setting.
///
/// Owner: one [StatementClassifier].
final class SettingReader {
  /// Lists of names, whose items PostgreSQL quotes like names (GUC_LIST_QUOTE).
  private static final Set<String> NAME_LISTS =
      Set.of(
          "search_path",
          "temp_tablespaces",
          "session_preload_libraries",
          "shared_preload_libraries",
          "local_preload_libraries",
          "unix_socket_directories");

  private static final String DEFAULT = "";

  private final Words words;

  SettingReader(Words words) {
    this.words = words;
  }

  /// @param from the word SET
  /// @return whether it is SET TRANSACTION or SET SESSION CHARACTERISTICS
  boolean isForTransaction(int from, int to) {
    int at = behindScope(from, to);
    return !isAssignment(at, to)
        && (words.is(at, "transaction")
            || (words.is(at, "session") && words.is(at + 1, "characteristics")));
  }

  boolean isForConstraints(int from, int to) {
    return words.is(from + 1, "constraints") && !isAssignment(from + 1, to);
  }

  /// SET in all its forms but SET CONSTRAINTS.
  List<SettingChange> set(int from, int to) {
    int at = behindScope(from, to);
    boolean local = at > from + 1 && words.is(from + 1, "local");
    if (isAssignment(at, to)) {
      return assignment(at, to, local);
    }
    if (words.is(at, "transaction")) {
      return transaction(at, to);
    }
    if (words.is(at, "session") && words.is(at + 1, "characteristics")) {
      return modes(at + 2, to, "default_transaction_", false);
    }
    if (words.is(at, "session")) { // SESSION AUTHORIZATION
      return one("session_authorization", name(at + 2), local);
    }
    if (words.is(at, "time")) { // TIME ZONE
      boolean none = words.is(at + 2, "local") || words.is(at + 2, "default");
      return one("timezone", none ? DEFAULT : value(at + 2, to, false), local);
    }
    if (words.is(at, "names")) {
      return one("client_encoding", at + 1 < to ? name(at + 1) : DEFAULT, local);
    }
    if (words.is(at, "schema")) {
      return one("search_path", value(at + 1, to, true), local);
    }
    if (words.is(at, "role")) {
      return one("role", words.name(at + 1), local);
    }
    if (words.is(at, "xml")) { // XML OPTION
      return one("xmloption", words.name(at + 2), local);
    }
    return List.of(); // SET CATALOG, which no server takes
  }

  private List<SettingChange> transaction(int at, int to) {
    if (words.is(at + 1, "snapshot")) {
      return one("transaction_snapshot", words.string(at + 2), true);
    }
    return modes(at + 1, to, "transaction_", true);
  }

  /// @param from the word RESET
  List<SettingChange> reset(int from, int to) {
    return one(subject(from + 1, to), DEFAULT, false);
  }

  /// What SHOW and RESET are about.
  String subject(int at, int to) {
    if (to == at + 1) {
      return fold(words.name(at)); // ALL among them
    }
    if (words.is(at, "time") && words.is(at + 1, "zone")) {
      return "timezone";
    }
    if (words.is(at, "transaction") && words.is(at + 1, "isolation")) {
      return "transaction_isolation";
    }
    if (words.is(at, "session") && words.is(at + 1, "authorization")) {
      return "session_authorization";
    }
    return setting(at, to);
  }

  /// Modes behind BEGIN, START TRANSACTION, SET TRANSACTION.
  ///
  /// @param prefix of the settings' names
  List<SettingChange> modes(int from, int to, String prefix, boolean local) {
    List<SettingChange> changes = new ArrayList<>();
    for (int at = from; at < to; at++) {
      if (words.is(at, "isolation")) {
        changes.add(new SettingChange(prefix + "isolation", level(at + 2), local));
      } else if (words.is(at, "read") && words.is(at + 1, "only")) {
        changes.add(new SettingChange(prefix + "read_only", "on", local));
      } else if (words.is(at, "read") && words.is(at + 1, "write")) {
        changes.add(new SettingChange(prefix + "read_only", "off", local));
      } else if (words.is(at, "deferrable")) {
        String value = words.is(at - 1, "not") ? "off" : "on";
        changes.add(new SettingChange(prefix + "deferrable", value, local));
      }
    }
    return changes;
  }

  /// @param at behind LEVEL
  private String level(int at) {
    if (words.is(at, "serializable")) {
      return "serializable";
    }
    if (words.is(at, "repeatable")) {
      return "repeatable read";
    }
    return words.is(at + 1, "committed") ? "read committed" : "read uncommitted";
  }

  /// LOCAL and SESSION may be names of settings too.
  private int behindScope(int from, int to) {
    int at = from + 1;
    boolean scope =
        words.is(at, "local")
            || (words.is(at, "session")
                && !words.is(at + 1, "characteristics")
                && !words.is(at + 1, "authorization"));
    // SET SESSION SESSION AUTHORIZATION, SET SESSION AUTHORIZATION = 1 are in the grammar.
    boolean twice =
        words.is(at, "session") && at + 1 < to && isAssignment(at + 1, to) && !isSign(at + 1);
    return (scope || twice) && !isAssignment(at, to) ? at + 1 : at;
  }

  /// Whether `name[.name…] TO|= …` or FROM CURRENT begins here.
  private boolean isAssignment(int from, int to) {
    int at = from;
    while (at + 2 < to && words.isName(at) && words.isChar(at + 1, '.')) {
      at += 2;
    }
    return at + 1 < to && words.isName(at) && isSign(at + 1);
  }

  private boolean isSign(int at) {
    return words.is(at, "to")
        || words.isChar(at, '=')
        || (words.is(at, "from") && words.is(at + 1, "current"));
  }

  private List<SettingChange> assignment(int from, int to, boolean local) {
    int sign = from + 1;
    while (!isSign(sign)) {
      sign++;
    }
    if (words.is(sign, "from")) {
      return List.of(); // keeps the value
    }
    String name = setting(from, sign);
    if (to == sign + 2 && words.is(sign + 1, "default")) {
      return one(name, DEFAULT, local);
    }
    return one(name, value(sign + 1, to, NAME_LISTS.contains(name)), local);
  }

  private String setting(int from, int to) {
    StringBuilder name = new StringBuilder();
    for (int at = from; at < to; at++) {
      name.append(words.isChar(at, '.') ? "." : fold(words.name(at)));
    }
    return name.toString();
  }

  /// Settings are found whatever the case of their quoted name.
  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private String value(int from, int to, boolean names) {
    StringBuilder value = new StringBuilder();
    for (int at = from; at < to; at++) {
      if (words.isChar(at, ',')) {
        value.append(", ");
      } else if (words.isString(at) || words.isName(at)) {
        if (at > from && !words.isChar(at - 1, ',')) {
          return words.written(from, to); // INTERVAL '1' HOUR
        }
        value.append(names ? quoted(words.name(at)) : words.name(at));
      } else if (words.kind(at) != TokenKind.NATIONAL) {
        value.append(words.written(at, at + 1));
      }
    }
    return value.toString();
  }

  /// As PostgreSQL's quote_identifier, which leaves keywords alone no less than we do: whoever
  /// reads the list takes both.
  private static String quoted(String name) {
    boolean plain = !name.isEmpty() && (name.charAt(0) < '0' || name.charAt(0) > '9');
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      plain &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private String name(int at) {
    return words.is(at, "default") ? DEFAULT : words.name(at);
  }

  private static List<SettingChange> one(String name, String value, boolean local) {
    return List.of(new SettingChange(name, value, local));
  }
}

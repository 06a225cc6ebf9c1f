package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.relevo.proxy.console.SelectItem.Kind;
import org.relevo.proxy.console.SqlTokens.Token;

/// Reads drivers' SELECTs of constants and of a few functions.
final class SelectReader {
  private SelectReader() {}

  static ConsoleCommand read(TokenReader in) {
    List<SelectItem> items = new ArrayList<>();
    do {
      items.add(item(in));
    } while (in.acceptSymbol(','));
    return new ConsoleCommand.Select(items);
  }

  private static SelectItem item(TokenReader in) {
    SelectItem item = expression(in);
    while (in.acceptSymbol(':')) {
      in.expectSymbol(':'); // a cast, which changes nothing that matters here
      in.dottedName();
    }
    if (in.accept("as")) {
      return new SelectItem(in.name(), item.kind(), item.argument());
    }
    return in.optionalOf(SqlTokens.Kind.QUOTED)
        .map(name -> new SelectItem(name.text(), item.kind(), item.argument()))
        .orElse(item);
  }

  private static SelectItem expression(TokenReader in) {
    Optional<Token> text = in.optionalOf(SqlTokens.Kind.STRING);
    if (text.isPresent()) {
      return new SelectItem("?column?", Kind.TEXT, text.get().text());
    }
    Optional<Token> number = in.optionalOf(SqlTokens.Kind.NUMBER);
    if (number.isPresent()) {
      return integer(number.get().text());
    }
    String name = in.dottedName().toLowerCase(Locale.ROOT);
    if (name.startsWith("pg_catalog.")) {
      name = name.substring("pg_catalog.".length());
    }
    if (in.acceptSymbol('(')) {
      return function(name, in);
    }
    return switch (name) {
      case "true" -> new SelectItem("bool", Kind.BOOLEAN, "true");
      case "false" -> new SelectItem("bool", Kind.BOOLEAN, "false");
      case "null" -> new SelectItem("?column?", Kind.NULL, "");
      case "current_user", "session_user", "user", "current_role" ->
          new SelectItem(name, Kind.USER, "");
      case "current_catalog" -> new SelectItem(name, Kind.DATABASE, "");
      case "current_schema" -> new SelectItem(name, Kind.SCHEMA, "");
      case "current_timestamp" -> new SelectItem(name, Kind.NOW, "");
      default -> throw notHere(name);
    };
  }

  private static SelectItem function(String name, TokenReader in) {
    SelectItem item =
        switch (name) {
          case "version" -> new SelectItem(name, Kind.VERSION, "");
          case "current_database" -> new SelectItem(name, Kind.DATABASE, "");
          case "current_schema" -> new SelectItem(name, Kind.SCHEMA, "");
          case "pg_backend_pid" -> new SelectItem(name, Kind.BACKEND_PID, "");
          case "pg_is_in_recovery" -> new SelectItem(name, Kind.IN_RECOVERY, "");
          case "now" -> new SelectItem(name, Kind.NOW, "");
          case "current_setting" -> setting(name, in);
          case "set_config" -> configured(name, in);
          default -> throw notHere(name + "()");
        };
    in.expectSymbol(')');
    return item;
  }

  private static SelectItem setting(String name, TokenReader in) {
    String parameter = in.name().toLowerCase(Locale.ROOT);
    if (in.acceptSymbol(',')) {
      in.name(); // missing_ok
    }
    return new SelectItem(name, Kind.SETTING, parameter);
  }

  private static SelectItem configured(String name, TokenReader in) {
    in.name();
    in.expectSymbol(',');
    String value = in.value();
    in.expectSymbol(',');
    in.name(); // is_local
    return new SelectItem(name, Kind.TEXT, value);
  }

  private static SelectItem integer(String digits) {
    try {
      return new SelectItem("?column?", Kind.INTEGER, Long.toString(Long.parseLong(digits)));
    } catch (NumberFormatException _) {
      throw new ConsoleException("22003", "number out of range");
    }
  }

  private static ConsoleException notHere(String what) {
    return new ConsoleException(
        "42601",
        "the console does not know " + TokenReader.shown(what),
        "It is no database: " + ConsoleCommands.SEE_HELP);
  }
}

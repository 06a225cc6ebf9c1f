package org.relevo.proxy.console;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One statement of the console, understood.
public sealed interface ConsoleCommand {
  /// `SHOW table [WHERE column = value [AND …]] [LIMIT n]`
  ///
  /// @param where texts that the columns' texts must equal
  record Show(ShowTable table, Map<String, String> where, OptionalInt limit)
      implements ConsoleCommand {
    public Show {
      where = Map.copyOf(where);
    }
  }

  /// A driver asks for a PostgreSQL setting.
  ///
  /// @param column the result's only column
  record ShowParameter(String column, String name) implements ConsoleCommand {}

  /// A driver asks for constants and the like: `SELECT 1`, `SELECT version()`.
  record Select(List<SelectItem> items) implements ConsoleCommand {
    public Select {
      items = List.copyOf(items);
    }
  }

  /// `PGPOOL SHOW name`
  record PgpoolShow(String name) implements ConsoleCommand {}

  /// `PGPOOL SHOW ALL` or a group: settings whose names begin with one of the prefixes.
  record PgpoolShowGroup(List<String> prefixes) implements ConsoleCommand {
    public PgpoolShowGroup {
      prefixes = List.copyOf(prefixes);
    }
  }

  /// `PGPOOL SET name TO value`
  record PgpoolSet(String name) implements ConsoleCommand {}

  /// `PGPOOL RESET name`, or ALL when empty
  record PgpoolReset(Optional<String> name) implements ConsoleCommand {}

  /// `SET name TO value`: drivers' settings are taken and have no effect.
  record SetParameter(String name, String value) implements ConsoleCommand {}

  /// `DEALLOCATE name`, or ALL when empty; also DISCARD ALL.
  record Deallocate(Optional<String> statement, String tag) implements ConsoleCommand {}

  /// Something that has nothing to do here, such as BEGIN.
  record Nothing(String tag) implements ConsoleCommand {}

  record Acting(Act act) implements ConsoleCommand {}

  /// Whether pgpool-II answers it in every database.
  default boolean isPgpools() {
    return switch (this) {
      case Show show -> show.table().isPgpools();
      case PgpoolShow _, PgpoolShowGroup _, PgpoolSet _, PgpoolReset _ -> true;
      case ShowParameter _, Select _, SetParameter _, Deallocate _, Nothing _, Acting _ -> false;
    };
  }
}

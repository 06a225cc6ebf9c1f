package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.config.NearestName;
import org.relevo.proxy.config.SettingState;

/// Answers commands that show something.
public final class ConsoleTables {
  private static final List<Column> STATUS_COLUMNS = Column.text("item", "value", "description");

  private ConsoleTables() {}

  /// The columns of a command's result; empty for a command without result.
  public static Optional<List<Column>> columns(ConsoleCommand command) {
    return switch (command) {
      case ConsoleCommand.Show show -> Optional.of(show.table().columns());
      case ConsoleCommand.ShowParameter parameter -> Optional.of(Column.text(parameter.column()));
      case ConsoleCommand.Select(List<SelectItem> items) ->
          Optional.of(
              items.stream().map(item -> new Column(item.column(), item.kind().type())).toList());
      case ConsoleCommand.PgpoolShow(String name) -> Optional.of(Column.text(name));
      case ConsoleCommand.PgpoolShowGroup _ -> Optional.of(STATUS_COLUMNS);
      case ConsoleCommand.PgpoolSet _,
          ConsoleCommand.PgpoolReset _,
          ConsoleCommand.SetParameter _,
          ConsoleCommand.Deallocate _,
          ConsoleCommand.Nothing _,
          ConsoleCommand.Acting _ ->
          Optional.empty();
    };
  }

  /// The result of a command that has [#columns].
  ///
  /// @return fails with [ConsoleException]
  public static CompletionStage<ResultTable> open(
      ConsoleCommand command, ConsoleSource source, Viewer viewer) {
    return switch (command) {
      case ConsoleCommand.Show show -> show(show, source, viewer);
      case ConsoleCommand.ShowParameter(String column, String name) ->
          now(
              ResultTable.of(
                  Column.text(column),
                  List.of(
                      Row.of(
                          DriverParameters.value(name, source.service(), viewer.user())
                              .orElse(""))),
                  "SHOW"));
      case ConsoleCommand.Select(List<SelectItem> items) -> select(command, items, source, viewer);
      case ConsoleCommand.PgpoolShow(String name) ->
          now(
              ResultTable.of(
                  Column.text(name), List.of(Row.of(setting(name, source).value())), "SHOW"));
      case ConsoleCommand.PgpoolShowGroup(List<String> prefixes) ->
          now(
              new ResultTable(
                  STATUS_COLUMNS,
                  source.settings().stream()
                      .filter(each -> prefixes.stream().anyMatch(each.name()::startsWith))
                      .map(PgpoolRows::setting)
                      .iterator(),
                  "SHOW"));
      case ConsoleCommand.PgpoolSet _,
          ConsoleCommand.PgpoolReset _,
          ConsoleCommand.SetParameter _,
          ConsoleCommand.Deallocate _,
          ConsoleCommand.Nothing _,
          ConsoleCommand.Acting _ ->
          throw new IllegalArgumentException("no result: " + command);
    };
  }

  /// Checks what `PGPOOL SET` and `PGPOOL RESET` name.
  ///
  /// @throws ConsoleException 42704 for an unknown setting
  public static SettingState setting(String name, ConsoleSource source) {
    List<SettingState> settings = source.settings();
    return settings.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ConsoleException(
                "42704",
                "unrecognized configuration parameter \"" + TokenReader.shown(name) + "\"",
                NearestName.of(name, settings.stream().map(SettingState::name).toList())
                    .map(nearest -> "Perhaps you meant " + nearest + ".")
                    .orElse("PGPOOL SHOW ALL lists all.")));
  }

  private static CompletionStage<ResultTable> show(
      ConsoleCommand.Show show, ConsoleSource source, Viewer viewer) {
    ShowTable table = show.table();
    CompletionStage<Picture> picture =
        table.parts().isEmpty()
            ? CompletableFuture.completedFuture(Picture.empty(System.currentTimeMillis()))
            : source.picture(table.parts());
    return picture.thenApply(taken -> {
      Stream<Row> rows =
          table
              .rows(new Material(taken, source, viewer))
              .filter(filter(table.columns(), show.where()));
      Iterator<Row> iterator =
          (show.limit().isPresent() ? rows.limit(show.limit().getAsInt()) : rows).iterator();
      return new ResultTable(table.columns(), iterator, "SHOW");
    });
  }

  private static Predicate<Row> filter(List<Column> columns, Map<String, String> where) {
    Predicate<Row> all = _ -> true;
    for (Map.Entry<String, String> condition : where.entrySet()) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).name().equals(condition.getKey())) {
          int index = i;
          ColumnType type = columns.get(i).type();
          String wanted = condition.getValue();
          all = all.and(row -> equal(type, row.values().get(index), wanted));
        }
      }
    }
    return all;
  }

  private static boolean equal(ColumnType type, @Nullable Object value, String wanted) {
    if (value == null) {
      return false;
    }
    if (type == ColumnType.BOOL) {
      return value.toString().startsWith(wanted.toLowerCase(Locale.ROOT)) && !wanted.isEmpty();
    }
    return type.text(value).equals(wanted);
  }

  private static CompletionStage<ResultTable> select(
      ConsoleCommand command, List<SelectItem> items, ConsoleSource source, Viewer viewer) {
    List<@Nullable Object> values = new ArrayList<>();
    for (SelectItem item : items) {
      values.add(value(item, source, viewer));
    }
    return now(ResultTable.of(columns(command).orElseThrow(), List.of(new Row(values)), "SELECT"));
  }

  private static @Nullable Object value(SelectItem item, ConsoleSource source, Viewer viewer) {
    return switch (item.kind()) {
      case INTEGER -> Long.valueOf(item.argument());
      case TEXT -> item.argument();
      case BOOLEAN -> Boolean.valueOf(item.argument());
      case NULL, SCHEMA -> null;
      case VERSION ->
          "PostgreSQL " + source.service().serverVersion() + " console, no SQL is executed";
      case DATABASE -> "relevo";
      case USER -> viewer.user();
      case BACKEND_PID -> ProcessHandle.current().pid();
      case IN_RECOVERY -> false;
      case NOW -> System.currentTimeMillis();
      case SETTING ->
          DriverParameters.value(item.argument(), source.service(), viewer.user())
              .orElseThrow(() ->
                  new ConsoleException(
                      "42704",
                      "unrecognized configuration parameter \""
                          + TokenReader.shown(item.argument())
                          + "\""));
    };
  }

  private static CompletionStage<ResultTable> now(ResultTable table) {
    return CompletableFuture.completedFuture(table);
  }
}

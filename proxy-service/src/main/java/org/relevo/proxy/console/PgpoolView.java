package org.relevo.proxy.console;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/// Rows of pgpool-II's tables as texts, for other protocols than SQL.
public final class PgpoolView {
  private static final Viewer ALL = new Viewer("", ConsoleRole.STATS, "local");

  private PgpoolView() {}

  /// One row for each client, as `SHOW POOL_PROCESSES`.
  public static CompletionStage<List<List<String>>> processes(ConsoleSource source) {
    return rows(ShowTable.POOL_PROCESSES, source);
  }

  /// One row for each server connection, as `SHOW POOL_POOLS`.
  public static CompletionStage<List<List<String>>> pools(ConsoleSource source) {
    return rows(ShowTable.POOL_POOLS, source);
  }

  /// Probes of each server, as `SHOW POOL_HEALTH_CHECK_STATS`.
  public static CompletionStage<List<List<String>>> health(ConsoleSource source) {
    return rows(ShowTable.POOL_HEALTH_CHECK_STATS, source);
  }

  private static CompletionStage<List<List<String>>> rows(ShowTable table, ConsoleSource source) {
    ConsoleCommand.Show show = new ConsoleCommand.Show(table, Map.of(), OptionalInt.empty());
    return ConsoleTables.open(show, source, ALL)
        .thenApply(result -> {
          List<List<String>> rows = new java.util.ArrayList<>();
          result.rows().forEachRemaining(row -> rows.add(texts(row)));
          return List.copyOf(rows);
        });
  }

  private static List<String> texts(Row row) {
    return row.values().stream().map(value -> Objects.toString(value, "")).toList();
  }
}

package org.relevo.jmx.contract;

import java.util.List;

/// One statement of a query string, and where it would go by itself.
///
/// @param kind as `SELECT`
/// @param text cut to [#MAX_TEXT] characters
/// @param readOnly whether nothing in its syntax writes
/// @param reads relations with what they are, as `public.t (table)`
/// @param writes relations
/// @param functions with what they do, as `lower/1 (reads)`
/// @param operators that are not built in, with what they do
/// @param settings that it changes, as `work_mem = 1MB`
/// @param target as of the whole
/// @param reason as of the whole
public record RoutedStatement(
    String kind,
    String text,
    boolean readOnly,
    List<String> reads,
    List<String> writes,
    List<String> functions,
    List<String> operators,
    List<String> settings,
    String target,
    String reason) {
  public static final int MAX_TEXT = 200;

  public RoutedStatement {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
    functions = List.copyOf(functions);
    operators = List.copyOf(operators);
    settings = List.copyOf(settings);
  }
}

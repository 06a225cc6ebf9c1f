package org.relevo.proxy.control;

import java.util.List;
import java.util.function.Predicate;

/// One row of a decision table: the first whose test holds decides.
///
/// @param id stable; told with everything that it causes
/// @param when the test in words
/// @param why one sentence for people
record Row<S, D>(String id, String when, Predicate<S> test, D then, String why) {
  static <S, D> Row<S, D> first(List<Row<S, D>> rows, S situation) {
    for (Row<S, D> row : rows) {
      if (row.test().test(situation)) {
        return row;
      }
    }
    throw new IllegalStateException("no row for " + situation);
  }
}

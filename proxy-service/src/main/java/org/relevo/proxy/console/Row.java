package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values in their columns' order; null for SQL NULL.
public record Row(List<@Nullable Object> values) {
  /// Whole numbers may be of any width.
  static Row of(@Nullable Object... values) {
    List<@Nullable Object> list = new ArrayList<>(values.length);
    for (Object value : values) {
      list.add(value instanceof Integer number ? Long.valueOf(number) : value);
    }
    return new Row(Collections.unmodifiableList(list));
  }
}

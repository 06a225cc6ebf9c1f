package org.relevo.proxy.console;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values in their columns' order; null for SQL NULL.
public record Row(List<@Nullable Object> values) {
  /// Whole numbers may be of any width.
  static Row of(@Nullable Object... values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Integer number) {
        values[i] = number.longValue();
      }
    }
    return new Row(Collections.unmodifiableList(java.util.Arrays.asList(values)));
  }
}

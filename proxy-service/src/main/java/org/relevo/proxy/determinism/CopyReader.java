package org.relevo.proxy.determinism;

import java.util.ArrayList;
import java.util.List;

/// The columns that a COPY names.
final class CopyReader {
  private CopyReader() {}

  /// @return empty when it names none
  static List<String> columns(Tokens tokens) {
    List<String> columns = new ArrayList<>();
    int at = 1;
    while (at < tokens.size() && !tokens.isSign(at, "(") && !tokens.is(at, "from")) {
      at++;
    }
    if (!tokens.isSign(at, "(")) {
      return columns;
    }
    for (int i = at + 1; i < tokens.size() && !tokens.isSign(i, ")"); i++) {
      if (tokens.isName(i)) {
        columns.add(tokens.text(i));
      }
    }
    return columns;
  }
}

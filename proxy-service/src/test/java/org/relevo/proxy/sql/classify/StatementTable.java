package org.relevo.proxy.sql.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.grammar.GrammarTables;

/// The table `statements.txt`: statements and what the classifier has to say of each.
final class StatementTable {
  private static final Pattern SINCE = Pattern.compile("@(\\d+) (.*)");

  /// @param line of the file, from 1
  /// @param since the first version that reads it so
  record Row(int line, int since, String sql, String expected) {}

  private StatementTable() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    @Nullable String sql = null;
    int number = 0;
    for (String line : lines()) {
      number++;
      if (line.startsWith("  = ")) {
        if (sql == null) {
          throw new IllegalStateException("line " + number + " expects nothing");
        }
        Matcher marked = SINCE.matcher(sql);
        boolean newer = marked.matches();
        int since = newer ? Integer.parseInt(marked.group(1)) : GrammarTables.OLDEST;
        rows.add(new Row(number - 1, since, newer ? marked.group(2) : sql, line.substring(4)));
        sql = null;
      } else if (!line.isEmpty() && !line.startsWith("# ")) {
        if (sql != null) {
          throw new IllegalStateException("line " + number + " has no answer before it");
        }
        sql = line;
      }
    }
    return rows;
  }

  private static List<String> lines() {
    try (InputStream in = StatementTable.class.getResourceAsStream("statements.txt")) {
      if (in == null) {
        throw new IllegalStateException("statements.txt is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.relevo.proxy.sql.StatementScan;

/// Which settings change what names stand for: `search_path`, and the role, whose own schema may be
/// in that path.
final class NamesSet {
  /// Longer statements that set something are none that a client writes.
  private static final int MAX_BYTES = 256;

  /// Any of these in a text may mean one of the settings: `SET SCHEMA`, `RESET ALL`, several
  /// statements and names with escapes among them.
  private static final String[] MARKS = {
    "path", "role", "authorization", "schema", "all", ";", "&", "\\", "(", "$", "/*", "--"
  };

  private NamesSet() {}

  /// Whether the setting is one of them.
  ///
  /// @param name as PostgreSQL writes it
  static boolean by(String name) {
    return switch (name) {
      case "search_path", "schema", "role", "session_authorization", "all", "" -> true;
      default -> false;
    };
  }

  /// Whether a text that sets something may set one of them: all but a plain SET or RESET of one
  /// setting may.
  static boolean possible(byte[] text, int length, int traits) {
    int end = length;
    while (end > 0 && text[end - 1] == 0) {
      end--;
    }
    if ((traits & StatementScan.CUT) != 0 || end > MAX_BYTES) {
      return true;
    }
    String lower = new String(text, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    String sql = lower.strip();
    if (!sql.startsWith("set ") && !sql.startsWith("reset ")) {
      return true;
    }
    for (String mark : MARKS) {
      if (sql.contains(mark)) {
        return true;
      }
    }
    return false;
  }
}

package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.freshness.SessionToken;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// What a text does with `relevo.session`.
///
/// @param shows whether it asks for the token
/// @param sets the token that it brings, "" for none; null when it brings nothing
record TokenText(boolean shows, @Nullable String sets) {
  /// Longer texts are not looked at without grammar.
  static final int MAX_BYTES = 256;

  private static final Pattern WHOLE =
      Pattern.compile(
          "\\s*(?:(show)\\s+relevo\\.session|reset\\s+relevo\\.session"
              + "|set\\s+(?:session\\s+|local\\s+)?relevo\\.session\\s*(?:=|\\bto\\b)\\s*"
              + "(?:default|'([^'\\\\]*)'))\\s*;?\\s*",
          Pattern.CASE_INSENSITIVE);

  /// @return null for nothing
  static @Nullable TokenText of(StatementClass facts) {
    TokenText found = null;
    for (int i = 0; i < facts.statements().size(); i++) {
      SqlStatement statement = facts.statements().get(i);
      if (statement.kind() == StatementKind.SHOW) {
        if (statement.name().equals(SessionToken.SETTING)) {
          found = new TokenText(true, found == null ? null : found.sets);
        }
      } else {
        for (int j = 0; j < statement.settings().size(); j++) {
          SettingChange change = statement.settings().get(j);
          if (change.name().equals(SessionToken.SETTING)) {
            found = new TokenText(found != null && found.shows, change.value());
          }
        }
      }
    }
    return found;
  }

  /// The same of a short text that holds nothing else, without a grammar. Cheap for all others.
  ///
  /// @return null for nothing
  static @Nullable TokenText of(ByteBuf in, int from, int length) {
    if (length > MAX_BYTES || length < SessionToken.SETTING.length()) {
      return null;
    }
    int at = from;
    while (at < from + length && in.getByte(at) <= ' ') {
      at++;
    }
    if (at + 3 > from + length) {
      return null;
    }
    int first = in.getByte(at) | 0x20;
    int second = in.getByte(at + 1) | 0x20;
    int third = in.getByte(at + 2) | 0x20;
    boolean known =
        (first == 's' && ((second == 'h' && third == 'o') || (second == 'e' && third == 't')))
            || (first == 'r' && second == 'e' && third == 's');
    return known ? of(in.toString(from, length, StandardCharsets.ISO_8859_1)) : null;
  }

  static @Nullable TokenText of(String text) {
    Matcher matcher = WHOLE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String value = matcher.group(2);
    return matcher.group(1) != null
        ? new TokenText(true, null)
        : new TokenText(false, value == null ? "" : value);
  }
}

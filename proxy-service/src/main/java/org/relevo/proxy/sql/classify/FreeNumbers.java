package org.relevo.proxy.sql.classify;

import java.util.Arrays;
import java.util.List;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.grammar.TokenKind;
import org.relevo.proxy.sql.grammar.TokenList;

/// The whole numbers of a text that may be others without a change of what the text is: only their
/// digits may differ, not how many they are, so that every token stays where it is and of its kind.
///
/// That holds for a decimal number of at most nine digits, which fits PostgreSQL's `int` whatever
/// they are, with something behind it that is no part of a number or name (`0x1F`, `1_000`, `1.5`,
/// `1e3`, `5x` are read as one or differ between versions); and where no value of a number is told:
/// in queries and DML without constants as arguments.
///
/// Owner: none; immutable.
final class FreeNumbers {
  static final FreeNumbers NONE = new FreeNumbers(new int[0]);

  private static final int MAX_DIGITS = 9;

  /// More are compared as they are.
  private static final int MOST = 64;

  /// First digit and end of each, in the order of the text.
  private final int[] places;

  private FreeNumbers(int[] places) {
    this.places = places;
  }

  /// @param tokens of the text that the answer is of
  static FreeNumbers of(StatementClass answer, byte[] text, int length, TokenList tokens) {
    if (!answer.parsed() || !tellsNone(answer.statements())) {
      return NONE;
    }
    int[] places = new int[8];
    int count = 0;
    for (int token = 0; token < tokens.size() && count < 2 * MOST; token++) {
      if (tokens.kind(token) == TokenKind.INTEGER
          && isPlain(text, tokens.start(token), tokens.end(token), length)) {
        if (count == places.length) {
          places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = tokens.start(token);
        places[count++] = tokens.end(token);
      }
    }
    return count == 0 ? NONE : new FreeNumbers(Arrays.copyOf(places, count));
  }

  private static boolean tellsNone(List<SqlStatement> statements) {
    for (SqlStatement statement : statements) {
      boolean plain =
          switch (statement.kind()) {
            case SELECT, INSERT, UPDATE, DELETE, MERGE ->
                statement.inner() == null
                    && statement.name().isEmpty()
                    && statement.settings().isEmpty();
            default -> false;
          };
      if (!plain) {
        return false;
      }
      for (FunctionCall call : statement.functions()) {
        if (!call.literals().isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isPlain(byte[] text, int from, int to, int length) {
    return to - from <= MAX_DIGITS && digits(text, from, to) && (to == length || ends(text[to]));
  }

  private static boolean digits(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if (text[at] < '0' || text[at] > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean ends(byte c) {
    return switch (c) {
      case ' ', '\n', '\r', '\t', ')', ',', ';', ']', '=', '<', '>', '+', '-', '*', '/' -> true;
      default -> false;
    };
  }

  boolean none() {
    return places.length == 0;
  }

  /// Whether `bytes` is `text` but for these numbers.
  ///
  /// @param bytes may be longer
  boolean match(byte[] text, byte[] bytes) {
    int at = 0;
    for (int i = 0; i < places.length; i += 2) {
      int from = places[i];
      int to = places[i + 1];
      if (!Arrays.equals(text, at, from, bytes, at, from) || !digits(bytes, from, to)) {
        return false;
      }
      at = to;
    }
    return Arrays.equals(text, at, text.length, bytes, at, text.length);
  }

  /// Of `bytes[0, length)`, every byte as it is.
  static int hash(byte[] bytes, int length) {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash;
  }
}

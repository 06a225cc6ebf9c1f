package org.relevo.proxy.sql.grammar;

/// Where a number ends. Up to version 14 a word may follow at once (`1e` is `1` and `e`), since 15
/// that is an error; since 16 there are `0x1F`, `0o7`, `0b1` and underscores between digits.
abstract class Numbers extends Literals {
  private static final long DECIMAL = 1L << 32;
  private static final int STRICT = 15;
  private static final int RADIX = 16;

  int major;

  static boolean isDecimal(long found) {
    return (found & DECIMAL) != 0;
  }

  static int end(long found) {
    return (int) found;
  }

  /// @param from a digit, or a point before one
  /// @return its end and whether it is a decimal, or [#FAILED]
  final long numberEnd(int from) {
    if (major >= RADIX && peek(from) == '0') {
      int radix = peek(from + 1) | 0x20;
      if (radix == 'x' || radix == 'o' || radix == 'b') {
        return radixEnd(from + 2, radix);
      }
    }
    int at = digits(from);
    long kind = 0;
    if (peek(at) == '.' && peek(at + 1) != '.') {
      kind = DECIMAL;
      at++;
      at = isDigit(at) ? digits(at) : at;
    }
    if ((peek(at) | 0x20) == 'e') {
      int exponent = at + 1;
      if (peek(exponent) == '+' || peek(exponent) == '-') {
        exponent++;
      }
      if (isDigit(exponent)) {
        kind = DECIMAL;
        at = digits(exponent);
      }
    }
    return major >= STRICT && is(at, CharTypes.WORD_START) ? FAILED : at | kind;
  }

  private int radixEnd(int from, int radix) {
    int at = from;
    while (at < limit) {
      int digit = at + (text[at] == '_' ? 1 : 0);
      if (digit >= limit || !isDigit(text[digit], radix)) {
        break;
      }
      at = digit + 1;
    }
    boolean junk = is(at, CharTypes.WORD_START | CharTypes.DIGIT);
    return at == from || junk ? FAILED : at;
  }

  private int digits(int from) {
    int at = from;
    while (isDigit(at) || (major >= RADIX && at > from && peek(at) == '_' && isDigit(at + 1))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte c, int radix) {
    return switch (radix) {
      case 'x' -> Character.digit(c, 16) >= 0;
      case 'o' -> c >= '0' && c <= '7';
      default -> c == '0' || c == '1';
    };
  }

  /// Whether an integer, in any of its forms, fits four bytes; the grammar takes larger ones for
  /// decimals.
  static boolean fitsInt(byte[] text, int from, int to) {
    if (to - from < 10) {
      return true;
    }
    int radix =
        switch (text[from] == '0' ? text[from + 1] | 0x20 : 0) {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    long value = 0;
    int at = radix == 10 ? from : from + 2;
    for (; at < to && value <= Integer.MAX_VALUE; at++) {
      if (text[at] != '_') {
        value = value * radix + Character.digit(text[at], radix);
      }
    }
    return value <= Integer.MAX_VALUE;
  }
}

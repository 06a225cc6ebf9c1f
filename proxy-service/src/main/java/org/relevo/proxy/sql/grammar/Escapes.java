package org.relevo.proxy.sql.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Escapes of `E'…'` and `U&'…'`.
final class Escapes {
  private static final int BAD = -1;

  private final byte[] text;
  private final int to;
  private final ByteArrayOutputStream out;
  private int at;
  private int highSurrogate;
  private boolean good = true;

  private Escapes(byte[] text, int from, int to, ByteArrayOutputStream out) {
    this.text = text;
    this.at = from;
    this.to = to;
    this.out = out;
  }

  /// What stands between the quotes of `E'…'`.
  ///
  /// @return whether all escapes are right
  static boolean backslashes(byte[] text, int from, int to, ByteArrayOutputStream out) {
    Escapes escapes = new Escapes(text, from, to, out);
    while (escapes.at < to) {
      byte c = text[escapes.at++];
      if (c == '\\') {
        escapes.backslash();
      } else {
        escapes.plain(c);
        if (c == '\'') {
          escapes.at++;
        }
      }
    }
    return escapes.end();
  }

  /// The content of `U&'…'`, its quotes no longer doubled.
  ///
  /// @return whether all escapes are right
  static boolean unicode(byte[] text, byte escape, ByteArrayOutputStream out) {
    Escapes escapes = new Escapes(text, 0, text.length, out);
    while (escapes.at < text.length) {
      byte c = text[escapes.at++];
      if (c != escape) {
        escapes.plain(c);
      } else if (escapes.at < text.length && text[escapes.at] == escape) {
        escapes.plain(escape);
        escapes.at++;
      } else if (escapes.at < text.length && text[escapes.at] == '+') {
        escapes.at++;
        escapes.codePoint(6);
      } else {
        escapes.codePoint(4);
      }
    }
    return escapes.end();
  }

  private void backslash() {
    byte c = at < to ? text[at++] : 0;
    switch (c) {
      case 'b' -> plain('\b');
      case 'f' -> plain('\f');
      case 'n' -> plain('\n');
      case 'r' -> plain('\r');
      case 't' -> plain('\t');
      case 'u' -> codePoint(4);
      case 'U' -> codePoint(8);
      case 'x' -> {
        int value = digits(16, 2);
        plain(value == BAD ? 'x' : value);
      }
      default -> {
        if (c >= '0' && c <= '7') {
          at--;
          plain(digits(8, 3));
        } else {
          plain(c);
        }
      }
    }
  }

  private void plain(int c) {
    good &= highSurrogate == 0;
    out.write(c);
  }

  private void codePoint(int length) {
    int before = at;
    int value = digits(16, length);
    if (at - before != length || value < 0 || !Character.isValidCodePoint(value) || value == 0) {
      good = false;
    } else if (value <= Character.MAX_VALUE && Character.isHighSurrogate((char) value)) {
      good &= highSurrogate == 0;
      highSurrogate = value;
    } else if (value <= Character.MAX_VALUE && Character.isLowSurrogate((char) value)) {
      if (highSurrogate == 0) {
        good = false;
      } else {
        write(Character.toCodePoint((char) highSurrogate, (char) value));
      }
    } else {
      good &= highSurrogate == 0;
      write(value);
    }
  }

  private void write(int codePoint) {
    highSurrogate = 0;
    out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
  }

  private int digits(int radix, int most) {
    int from = at;
    int value = 0;
    while (at < to && at - from < most && Character.digit(text[at], radix) >= 0) {
      value = value * radix + Character.digit(text[at++], radix);
    }
    return at == from ? BAD : value;
  }

  private boolean end() {
    return good && highSurrogate == 0;
  }
}

package org.relevo.proxy.sql.grammar;

/// What a byte can be in a text (scan.l).
final class CharTypes {
  static final int BLANK = 1;
  static final int WORD_START = 2;
  static final int WORD_PART = 4;
  static final int DIGIT = 8;
  static final int OPERATOR = 16;
  static final int SELF = 32;
  static final int LINE_END = 64;

  /// Lets an operator that has it end in a sign.
  static final int SPECIAL = 128;

  /// A blank since version 16.
  static final int VERTICAL_TAB = 256;

  private static final short[] TYPES = new short[256];

  static {
    add(" \t\n\r\f", BLANK);
    add("\u000B", VERTICAL_TAB);
    add("\n\r", LINE_END);
    add("_", WORD_START | WORD_PART);
    add("$", WORD_PART);
    add("~!@#^&|`?+-*/%<>=", OPERATOR);
    add("~!@#^&|`?%", SPECIAL);
    add(",()[].;:+-*/%^<>=", SELF);
    for (int c = 0; c < 26; c++) {
      TYPES['a' + c] |= WORD_START | WORD_PART;
      TYPES['A' + c] |= WORD_START | WORD_PART;
    }
    for (int c = 128; c < 256; c++) {
      TYPES[c] |= WORD_START | WORD_PART;
    }
    for (int c = '0'; c <= '9'; c++) {
      TYPES[c] |= DIGIT | WORD_PART;
    }
  }

  private CharTypes() {}

  static int of(int c) {
    return TYPES[c & 0xFF];
  }

  private static void add(String characters, int type) {
    for (int i = 0; i < characters.length(); i++) {
      TYPES[characters.charAt(i)] |= (short) type;
    }
  }
}

package org.relevo.proxy.sql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The words that a scan looks for, found by their bytes without making a string.
final class Words {
  static final byte NONE = 0;
  static final byte SET = 1;
  static final byte LOCAL = 2;
  static final byte RESET = 3;
  static final byte DISCARD = 4;
  static final byte ALL = 5;
  static final byte LISTEN = 6;
  static final byte CREATE = 7;
  static final byte TEMP = 8;
  static final byte DECLARE = 9;
  static final byte HOLD = 10;
  static final byte WITH = 11;
  static final byte ON = 12;
  static final byte COMMIT = 13;
  static final byte DROP = 14;
  static final byte INTO = 15;
  static final byte BEGIN = 16;
  static final byte START = 17;
  static final byte PREPARE = 18;
  static final byte EXECUTE = 19;
  static final byte DEALLOCATE = 20;
  static final byte TRANSACTION = 21;
  static final byte CONSTRAINTS = 22;
  static final byte SESSION_LOCK_FUNCTION = 23;
  static final byte SET_CONFIG = 24;
  static final byte ALTER = 25;
  static final byte SELECT = 26;
  static final byte WITHOUT = 27;
  static final byte SESSION = 28;
  static final byte EXPLAIN = 29;

  private static final int SIZE = 256;
  private static final byte[] @Nullable [] WORDS = new byte[SIZE][];
  private static final byte[] CODES = new byte[SIZE];

  static {
    add(SET, "set");
    add(LOCAL, "local");
    add(RESET, "reset");
    add(DISCARD, "discard");
    add(ALL, "all");
    add(LISTEN, "listen");
    add(CREATE, "create");
    add(TEMP, "temp", "temporary");
    add(DECLARE, "declare");
    add(HOLD, "hold");
    add(WITH, "with");
    add(WITHOUT, "without");
    add(ON, "on");
    add(COMMIT, "commit");
    add(DROP, "drop");
    add(INTO, "into");
    add(BEGIN, "begin");
    add(START, "start");
    add(PREPARE, "prepare");
    add(EXECUTE, "execute");
    add(DEALLOCATE, "deallocate");
    add(TRANSACTION, "transaction");
    add(CONSTRAINTS, "constraints");
    add(SESSION, "session");
    add(ALTER, "alter");
    add(SELECT, "select");
    add(EXPLAIN, "explain");
    add(SET_CONFIG, "set_config");
    add(
        SESSION_LOCK_FUNCTION,
        "pg_advisory_lock",
        "pg_advisory_lock_shared",
        "pg_try_advisory_lock",
        "pg_try_advisory_lock_shared");
  }

  private Words() {}

  private static void add(byte code, String... words) {
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
      int at = hash(bytes, 0, bytes.length);
      while (WORDS[at] != null) {
        at = (at + 1) & (SIZE - 1);
      }
      WORDS[at] = bytes;
      CODES[at] = code;
    }
  }

  private static int hash(byte[] text, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + (text[i] | 0x20);
    }
    return (hash ^ (hash >>> 8)) & (SIZE - 1);
  }

  /// Code of the word in `[from, to)`, whatever its case.
  static byte code(byte[] text, int from, int to) {
    int at = hash(text, from, to);
    while (true) {
      byte[] word = WORDS[at];
      if (word == null) {
        return NONE;
      }
      if (same(word, text, from, to)) {
        return CODES[at];
      }
      at = (at + 1) & (SIZE - 1);
    }
  }

  /// Whether it is a name that means the same in quotes.
  static boolean isFunction(byte code) {
    return code == SET_CONFIG || code == SESSION_LOCK_FUNCTION;
  }

  private static boolean same(byte[] word, byte[] text, int from, int to) {
    if (word.length != to - from) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      byte c = text[from + i];
      byte lower = c >= 'A' && c <= 'Z' ? (byte) (c | 0x20) : c;
      if (lower != word[i]) {
        return false;
      }
    }
    return true;
  }
}

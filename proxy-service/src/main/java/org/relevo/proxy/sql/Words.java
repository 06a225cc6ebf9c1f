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
  static final byte COMMIT = 12;
  static final byte DROP = 13;
  static final byte INTO = 14;
  static final byte BEGIN = 15;
  static final byte START = 16;
  static final byte PREPARE = 17;
  static final byte EXECUTE = 18;
  static final byte DEALLOCATE = 19;
  static final byte TRANSACTION = 20;
  static final byte CONSTRAINTS = 21;
  static final byte SESSION_LOCK_FUNCTION = 22;
  static final byte SET_CONFIG = 23;
  static final byte ALTER = 24;
  static final byte EXPLAIN = 25;
  static final byte ANALYZE = 26; // or VERBOSE
  static final byte INSERT = 27; // or MERGE
  static final byte AS = 28;
  static final byte OR = 29;
  static final byte GLOBAL = 30;
  static final byte TEMP_SCHEMA = 31;
  static final byte SHARED_OBJECT = 32;
  static final byte DO = 33;

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
    add(ALTER, "alter");
    add(EXPLAIN, "explain");
    add(ANALYZE, "analyze", "analyse", "verbose");
    add(INSERT, "insert", "merge");
    add(AS, "as");
    add(OR, "or");
    add(DO, "do");
    add(GLOBAL, "global");
    add(TEMP_SCHEMA, "pg_temp");
    add(SHARED_OBJECT, "role", "user", "group", "database", "system");
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
  static boolean sameInQuotes(byte code) {
    return code == SET_CONFIG || code == SESSION_LOCK_FUNCTION || code == TEMP_SCHEMA;
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

package org.relevo.proxy.sql.classify;

import java.util.Arrays;

/// Relation names of a statement, in the order of the text, and what is done to them.
///
/// Owner: one [StatementWalk].
final class Relations {
  /// As the kind of statement says.
  static final byte OPEN = 0;

  static final byte READ = 1;
  static final byte WRITTEN = 2;

  /// No relation: the name of a WITH query, or of an item in FOR UPDATE OF.
  static final byte NONE = 3;

  private int[] tokens = new int[8];
  private int[] ends = new int[8];
  private byte[] roles = new byte[8];
  private int size;

  void begin() {
    size = 0;
  }

  void add(int token, int end) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
      roles = Arrays.copyOf(roles, size * 2);
    }
    tokens[size] = token;
    ends[size] = end;
    roles[size++] = OPEN;
  }

  int size() {
    return size;
  }

  int token(int index) {
    return tokens[index];
  }

  int end(int index) {
    return ends[index];
  }

  byte role(int index) {
    return roles[index];
  }

  void role(int index, byte role) {
    roles[index] = role;
  }

  /// Gives all names from this token on that have no role yet one.
  void mark(int from, byte role) {
    for (int i = size - 1; i >= 0 && tokens[i] >= from; i--) {
      if (roles[i] == OPEN) {
        roles[i] = role;
      }
    }
  }

  /// Only a name without a schema, and only where it is read.
  boolean mayBeQuery(int index) {
    return ends[index] - tokens[index] == 1 && roles[index] < WRITTEN;
  }

  void trim() {
    tokens = new int[8];
    ends = new int[8];
    roles = new byte[8];
  }
}

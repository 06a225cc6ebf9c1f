package org.relevo.proxy.sql.grammar;

import java.util.Arrays;

/// The tokens of a text: kinds and places. Blanks and comments are no tokens.
///
/// Owner: the [SqlLexer] that fills it; valid until its next text.
public final class TokenList {
  byte[] text = {};
  byte[] kind = new byte[SqlParser.KEPT_TOKENS];
  int[] start = new int[SqlParser.KEPT_TOKENS];
  int[] end = new int[SqlParser.KEPT_TOKENS];
  int size;
  boolean standardStrings = true;

  TokenList() {}

  /// The array that positions are in; not to be changed.
  public byte[] text() {
    return text;
  }

  public int size() {
    return size;
  }

  /// One of [TokenKind].
  public byte kind(int token) {
    return kind[token];
  }

  /// Position of its first byte.
  public int start(int token) {
    return start[token];
  }

  /// Position behind its last byte.
  public int end(int token) {
    return end[token];
  }

  void add(byte newKind, int from, int to) {
    if (size == kind.length) {
      resize(size * 2);
    }
    kind[size] = newKind;
    start[size] = from;
    end[size] = to;
    size++;
  }

  /// Moves a token to an earlier place.
  void move(int from, int to) {
    if (from != to) {
      kind[to] = kind[from];
      start[to] = start[from];
      end[to] = end[from];
    }
  }

  void clear() {
    text = new byte[0];
    size = 0;
    if (kind.length > SqlParser.KEPT_TOKENS) {
      resize(SqlParser.KEPT_TOKENS);
    }
  }

  private void resize(int length) {
    kind = Arrays.copyOf(kind, length);
    start = Arrays.copyOf(start, length);
    end = Arrays.copyOf(end, length);
  }
}

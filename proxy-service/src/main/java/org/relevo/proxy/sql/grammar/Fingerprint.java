package org.relevo.proxy.sql.grammar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The shape of a text by its tokens: constants and parameters are alike, case, blanks and comments
/// do not count, a list of IN or ARRAY is as one of its items, equal rows of VALUES as one. For
/// statistics: different shapes have different fingerprints as a rule, not always, so nothing is
/// decided by them.
///
/// Owner: one thread. Needs no object per text unless its shape is written out.
public final class Fingerprint {
  private static final long PRIME = 0x100000001B3L;
  private static final long BASIS = 0xCBF29CE484222325L;
  private static final long MIX = 0x9FB21C651E98DF25L;
  private static final long VALUE = 0x9E3779B97F4A7C15L;
  private static final long IN = word("in");
  private static final long ARRAY = word("array");
  private static final int KEPT = 1024;
  private static final int DEPTH = 64;

  private TokenList tokens = new TokenList();
  private long[] hashes = new long[KEPT];

  /// The token that each hash comes from; its complement when items like it were left out.
  private int[] sources = new int[KEPT];

  private int size;

  /// Where the parentheses and brackets that are not closed yet are.
  private int[] open = new int[DEPTH];

  private int depth;

  /// Opening and closing of the group that was closed last, at each depth.
  private int[] lastOpen = new int[DEPTH + 1];

  private int[] lastClose = new int[DEPTH + 1];

  /// @param list from the lexer or from a parser's tree
  public long of(TokenList list) {
    begin(list);
    for (int token = 0; token < list.size(); token++) {
      add(token);
    }
    while (size > 0 && hashes[size - 1] == ';') {
      size--;
    }
    long hash = size;
    for (int i = 0; i < size; i++) {
      hash = (hash ^ hashes[i]) * MIX;
      hash ^= hash >>> 32;
    }
    return hash;
  }

  /// The shape that the last fingerprint is of, for people: `?` for what does not count, `, ...`
  /// for what was left out. Has no value of the text.
  ///
  /// @param maxLength characters; a longer one ends in `...`
  public String text(int maxLength) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < size && out.length() <= maxLength; i++) {
      int source = sources[i];
      int token = source < 0 ? ~source : source;
      if (i > 0 && isApart(i)) {
        out.append(' ');
      }
      out.append(hashes[i] == VALUE ? "?" : shown(token, maxLength));
      if (source < 0) {
        out.append(", ...");
      }
    }
    if (out.length() > maxLength) {
      out.setLength(Math.max(0, maxLength - 3));
      out.append("...");
    }
    return out.toString();
  }

  private void begin(TokenList list) {
    tokens = list;
    size = 0;
    depth = 0;
    if (list.size() > hashes.length || (hashes.length > KEPT && list.size() <= KEPT)) {
      int length = Math.max(KEPT, list.size());
      hashes = new long[length];
      sources = new int[length];
      open = new int[DEPTH];
      lastOpen = new int[DEPTH + 1];
      lastClose = new int[DEPTH + 1];
    }
    lastClose[0] = -1;
  }

  private void add(int token) {
    long hash = hash(token);
    if (hash == VALUE && isSign()) {
      size--; // -1 is a constant too
    }
    hashes[size] = hash;
    sources[size] = token;
    size++;
    if (hash == '(' || hash == '[') {
      if (depth == open.length) {
        open = Arrays.copyOf(open, depth * 2);
        lastOpen = Arrays.copyOf(lastOpen, depth * 2 + 1);
        lastClose = Arrays.copyOf(lastClose, depth * 2 + 1);
      }
      open[depth++] = size - 1;
      lastClose[depth] = -1;
    } else if ((hash == ')' || hash == ']') && depth > 0) {
      close(open[--depth]);
    }
  }

  /// Whether the last token is a sign where none but a value's can be.
  private boolean isSign() {
    if (size < 2 || (hashes[size - 1] != '-' && hashes[size - 1] != '+')) {
      return false;
    }
    long before = hashes[size - 2];
    return before == '(' || before == ',' || before == '[' || before == '=';
  }

  private void close(int from) {
    int close = size - 1;
    long before = from > 0 ? hashes[from - 1] : 0;
    int last = lastClose[depth];
    boolean row =
        before == ','
            && last >= 0
            && last == from - 2
            && sameAsLast(from, close)
            && hasValue(from, close);
    if (row) {
      size = last + 1;
      mark(last);
      return;
    }
    if (before == IN || (before == ARRAY && hashes[from] == '[')) {
      collapse(from, close);
    }
    lastOpen[depth] = from;
    lastClose[depth] = size - 1;
  }

  private boolean sameAsLast(int from, int close) {
    return Arrays.equals(hashes, from, close + 1, hashes, lastOpen[depth], lastClose[depth] + 1);
  }

  private boolean hasValue(int from, int to) {
    for (int i = from; i < to; i++) {
      if (hashes[i] == VALUE) {
        return true;
      }
    }
    return false;
  }

  /// Leaves the first item of a list whose items are alike.
  private void collapse(int from, int close) {
    int first = from + 1;
    int end = first;
    while (end < close && hashes[end] != ',') {
      end++;
    }
    int length = end - first;
    if (end == close || !hasValue(first, end)) {
      return;
    }
    for (int at = end; at < close; at += length + 1) {
      boolean alike =
          hashes[at] == ','
              && at + length < close
              && Arrays.equals(hashes, first, end, hashes, at + 1, at + 1 + length);
      if (!alike) {
        return;
      }
    }
    hashes[end] = hashes[close];
    sources[end] = sources[close];
    size = end + 1;
    mark(end - 1);
  }

  private void mark(int at) {
    if (sources[at] >= 0) {
      sources[at] = ~sources[at];
    }
  }

  private long hash(int token) {
    byte kind = tokens.kind(token);
    if (TokenKind.isValue(kind) || kind == TokenKind.ERROR) {
      return VALUE;
    }
    byte[] text = tokens.text;
    int from = tokens.start(token);
    int to = tokens.end(token);
    if (kind == TokenKind.CHARACTER) {
      return text[from];
    }
    if (kind == TokenKind.QUOTED) {
      return word(text, from + 1, to - 1, false);
    }
    return word(text, from, to, kind == TokenKind.WORD);
  }

  private static long word(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
    return word(bytes, 0, bytes.length, false);
  }

  private static long word(byte[] text, int from, int to, boolean fold) {
    long hash = BASIS;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (fold ? SqlLexer.lower(text[i]) : text[i])) * PRIME;
    }
    return hash * MIX;
  }

  private boolean isApart(int at) {
    long before = hashes[at - 1];
    long it = hashes[at];
    if (before == '(' || before == '[' || before == '.' || kind(at - 1) == TokenKind.TYPECAST) {
      return false;
    }
    if (it == '(' || it == '[') {
      byte kind = kind(at - 1);
      boolean called = kind == TokenKind.WORD || kind == TokenKind.QUOTED;
      return !called || before == IN || (it == '(' && isSpaced(at - 1));
    }
    return it != ')'
        && it != ']'
        && it != ','
        && it != ';'
        && it != '.'
        && kind(at) != TokenKind.TYPECAST;
  }

  private byte kind(int at) {
    return tokens.kind(sources[at] < 0 ? ~sources[at] : sources[at]);
  }

  /// Words that a blank separates from a parenthesis.
  private boolean isSpaced(int at) {
    return switch (shown(sources[at] < 0 ? ~sources[at] : sources[at], 16)) {
      case "values",
          "and",
          "or",
          "not",
          "where",
          "from",
          "select",
          "as",
          "on",
          "using",
          "when",
          "union",
          "all",
          "any",
          "with",
          "set",
          "then",
          "else",
          "by",
          "returning",
          "over" ->
          true;
      default -> false;
    };
  }

  private String shown(int token, int maxLength) {
    int from = tokens.start(token);
    int length = Math.min(tokens.end(token) - from, 4 * maxLength);
    String text = new String(tokens.text, from, length, StandardCharsets.UTF_8);
    if (tokens.kind(token) == TokenKind.WORD) {
      return lower(text);
    }
    return text.replace('\n', ' ').replace('\r', ' ');
  }

  private static String lower(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
    }
    return out.toString();
  }
}

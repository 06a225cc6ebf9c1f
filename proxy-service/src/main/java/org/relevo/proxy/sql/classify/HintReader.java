package org.relevo.proxy.sql.classify;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.proxy.sql.StatementClass.Hints;

/// Comments in front of a text's first word that speak to the service: `/*NO LOAD BALANCE*/`, as
/// with pgpool-II at the very beginning, and `/*+ relevo: node=standby */`, alone or among hints
/// for others in the same comment.
final class HintReader {
  /// Longer comments are not looked into.
  private static final int MAX_BYTES = 1024;

  private static final byte[] NO_LOAD_BALANCE =
      "/*no load balance*/".getBytes(StandardCharsets.US_ASCII);

  private static final Pattern NODE =
      Pattern.compile(
          "(?:^|\\s)relevo:\\s*node\\s*=\\s*([\\p{Alnum}._-]{1,63})(?:\\s|;|$)",
          Pattern.CASE_INSENSITIVE);

  private HintReader() {}

  /// Place of the first byte that is no blank.
  static int afterBlanks(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] >= 0 && text[at] <= ' ') {
      at++;
    }
    return at;
  }

  static boolean isComment(byte[] text, int at, int to) {
    return at + 1 < to
        && ((text[at] == '/' && text[at + 1] == '*') || (text[at] == '-' && text[at + 1] == '-'));
  }

  /// @param begin of the first comment
  static Hints read(byte[] text, int begin, int to) {
    boolean noLoadBalance = startsWith(text, begin, to, NO_LOAD_BALANCE);
    String node = "";
    int at = begin;
    while (isComment(text, at, to) && node.isEmpty()) {
      int end = text[at] == '-' ? lineEnd(text, at, to) : commentEnd(text, at, to);
      if (text[at] == '/' && at + 2 < end && text[at + 2] == '+' && end - at <= MAX_BYTES) {
        node = node(new String(text, at + 3, end - at - 3, StandardCharsets.US_ASCII));
      }
      at = afterBlanks(text, end, to);
    }
    return noLoadBalance || !node.isEmpty() ? new Hints(noLoadBalance, node) : Hints.NONE;
  }

  private static String node(String comment) {
    String inside = comment.endsWith("*/") ? comment.substring(0, comment.length() - 2) : comment;
    Matcher found = NODE.matcher(inside);
    return found.find() ? found.group(1) : "";
  }

  private static boolean startsWith(byte[] text, int at, int to, byte[] lower) {
    if (to - at < lower.length) {
      return false;
    }
    for (int i = 0; i < lower.length; i++) {
      byte c = text[at + i];
      if ((c >= 'A' && c <= 'Z' ? c + 0x20 : c) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private static int lineEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] != '\n' && text[at] != '\r') {
      at++;
    }
    return at;
  }

  private static int commentEnd(byte[] text, int from, int to) {
    int depth = 0;
    int at = from;
    while (at + 1 < to) {
      if (text[at] == '/' && text[at + 1] == '*') {
        depth++;
        at += 2;
      } else if (text[at] == '*' && text[at + 1] == '/') {
        at += 2;
        if (--depth == 0) {
          return at;
        }
      } else {
        at++;
      }
    }
    return to;
  }
}

package org.relevo.proxy.determinism;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.grammar.SqlLexer;
import org.relevo.proxy.sql.grammar.TokenKind;
import org.relevo.proxy.sql.grammar.TokenList;
import org.relevo.proxy.sql.grammar.TokenText;

/// The tokens of one statement, kept. Immutable.
final class Tokens {
  /// Strings that stand for another moment each time when they become a date or a time.
  private static final Set<String> MOMENTS = Set.of("now", "today", "tomorrow", "yesterday");

  private static final Pattern MOMENT = Pattern.compile("\\b(now|today|tomorrow|yesterday)\\b");

  /// @param text a name as PostgreSQL reads it, anything else as it is written; keywords lower case
  /// @param depth of parentheses and brackets around it
  private record Token(byte kind, String text, int from, int to, int depth) {}

  private final List<Token> tokens = new ArrayList<>();
  private boolean moments;

  /// Reads `text[from, to)`.
  Tokens(SqlLexer lexer, byte[] text, int from, int to, int major, boolean standardStrings) {
    lexer.scan(text, from, to, major, standardStrings);
    TokenList found = lexer.tokens();
    int depth = 0;
    for (int i = 0; i < found.size(); i++) {
      byte kind = found.kind(i);
      String word = word(found, i, kind);
      boolean closes = kind == TokenKind.CHARACTER && (word.equals(")") || word.equals("]"));
      depth -= closes ? 1 : 0;
      tokens.add(new Token(kind, word, found.start(i), found.end(i), depth));
      boolean opens = kind == TokenKind.CHARACTER && (word.equals("(") || word.equals("["));
      depth += opens ? 1 : 0;
      if (TokenKind.isString(kind)) {
        moments |= isMoment(TokenText.string(found, i));
      }
    }
  }

  private static String word(TokenList found, int token, byte kind) {
    if (kind == TokenKind.WORD || kind == TokenKind.QUOTED || kind == TokenKind.UNICODE_QUOTED) {
      String name = TokenText.name(found, token);
      return name == null ? "" : name;
    }
    int from = found.start(token);
    return new String(found.text(), from, found.end(token) - from, StandardCharsets.UTF_8);
  }

  /// Whether a string means another moment each time it is read as a date or a time.
  static boolean isMoment(@Nullable String string) {
    if (string == null || string.length() > 64) {
      return false;
    }
    String lower = string.toLowerCase(Locale.ROOT);
    return MOMENTS.stream().anyMatch(lower::contains) && MOMENT.matcher(lower).find();
  }

  int size() {
    return tokens.size();
  }

  /// Whether some string in it means another moment each time.
  boolean moments() {
    return moments;
  }

  /// Whether the token is this word without quotes.
  boolean is(int at, String word) {
    return at >= 0
        && at < tokens.size()
        && tokens.get(at).kind() == TokenKind.WORD
        && tokens.get(at).text().equals(word);
  }

  boolean isSign(int at, String sign) {
    return at >= 0
        && at < tokens.size()
        && tokens.get(at).kind() == TokenKind.CHARACTER
        && tokens.get(at).text().equals(sign);
  }

  boolean isName(int at) {
    if (at < 0 || at >= tokens.size()) {
      return false;
    }
    byte kind = tokens.get(at).kind();
    return kind == TokenKind.WORD || kind == TokenKind.QUOTED || kind == TokenKind.UNICODE_QUOTED;
  }

  boolean isValue(int at) {
    return at >= 0 && at < tokens.size() && TokenKind.isValue(tokens.get(at).kind());
  }

  boolean isCast(int at) {
    return at >= 0 && at < tokens.size() && tokens.get(at).kind() == TokenKind.TYPECAST;
  }

  String text(int at) {
    return at >= 0 && at < tokens.size() ? tokens.get(at).text() : "";
  }

  /// First byte in the text.
  int from(int at) {
    return tokens.get(at).from();
  }

  int to(int at) {
    return tokens.get(at).to();
  }

  int depth(int at) {
    return tokens.get(at).depth();
  }

  /// The first of these words at or behind the place, outside of parentheses.
  ///
  /// @return the number of tokens when there is none
  int find(int from, Set<String> words) {
    for (int i = from; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.depth() == 0 && token.kind() == TokenKind.WORD && words.contains(token.text())) {
        return i;
      }
    }
    return tokens.size();
  }

  /// Whether the word stands anywhere, in parentheses too.
  boolean has(String word) {
    for (int i = 0; i < tokens.size(); i++) {
      if (is(i, word)) {
        return true;
      }
    }
    return false;
  }
}

package org.relevo.proxy.sql.classify;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.grammar.SyntaxTree;
import org.relevo.proxy.sql.grammar.TokenKind;
import org.relevo.proxy.sql.grammar.TokenList;
import org.relevo.proxy.sql.grammar.TokenText;

/// The tokens of the text in hand, by word and by name. Positions are numbers of tokens; one behind
/// the end is no word and no character.
///
/// Owner: one [StatementClassifier].
final class Words {
  /// Longest name (NAMEDATALEN - 1).
  private static final int MAX_NAME_BYTES = 63;

  private TokenList tokens;
  private byte[] text;
  private int size;

  Words(SyntaxTree tree) {
    tokens = tree.tokens();
    text = tokens.text();
  }

  void begin(SyntaxTree tree) {
    tokens = tree.tokens();
    text = tokens.text();
    size = tokens.size();
  }

  int size() {
    return size;
  }

  /// Whether a name has a byte that is not ASCII.
  boolean hasForeignName() {
    for (int token = 0; token < size; token++) {
      if (isName(token)) {
        for (int at = tokens.start(token); at < tokens.end(token); at++) {
          if (text[at] < 0) {
            return true;
          }
        }
      }
    }
    return false;
  }

  byte[] text() {
    return text;
  }

  int start(int token) {
    return tokens.start(token);
  }

  int end(int token) {
    return tokens.end(token);
  }

  byte kind(int token) {
    return token < size ? tokens.kind(token) : TokenKind.ERROR;
  }

  /// Whether it is this word, without quotes and whatever its case.
  ///
  /// @param word lower case
  boolean is(int token, String word) {
    if (token < 0 || token >= size || tokens.kind(token) != TokenKind.WORD) {
      return false;
    }
    int from = tokens.start(token);
    int length = word.length();
    if (tokens.end(token) - from != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte c = text[from + i];
      if ((c >= 'A' && c <= 'Z' ? c + 0x20 : c) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean isChar(int token, char character) {
    return token >= 0
        && token < size
        && tokens.kind(token) == TokenKind.CHARACTER
        && text[tokens.start(token)] == character;
  }

  boolean isBuiltInOperator(int token) {
    return BuiltIns.operator(text, tokens.start(token), tokens.end(token));
  }

  /// Whether it is an operator that the grammar knows by a token of its own.
  boolean isOperatorSign(int token) {
    byte kind = kind(token);
    return (kind >= TokenKind.LESS_EQUALS && kind <= TokenKind.NOT_EQUALS)
        || (kind == TokenKind.CHARACTER && "+-*/%^<>=".indexOf(text[tokens.start(token)]) >= 0);
  }

  boolean isString(int token) {
    return token < size && TokenKind.isString(tokens.kind(token));
  }

  boolean isName(int token) {
    return token < size && tokens.kind(token) <= TokenKind.UNICODE_QUOTED;
  }

  /// As PostgreSQL reads a name: folded, unquoted, cut. A string is a name in some places.
  ///
  /// @throws GivenUpException when its escapes are wrong
  String name(int token) {
    byte kind = tokens.kind(token);
    if (TokenKind.isString(kind)) {
      return string(token);
    }
    int length = tokens.end(token) - tokens.start(token);
    if (kind == TokenKind.WORD && length <= MAX_NAME_BYTES) {
      return folded(tokens.start(token), length);
    }
    return read(TokenText.name(tokens, token));
  }

  /// Most names, in one copy.
  private String folded(int from, int length) {
    byte[] name = new byte[length];
    for (int i = 0; i < length; i++) {
      name[i] = (byte) lower(text[from + i]);
    }
    return new String(name, StandardCharsets.UTF_8);
  }

  /// @throws GivenUpException when its escapes are wrong
  String string(int token) {
    return read(TokenText.string(tokens, token));
  }

  private static String read(@Nullable String denoted) {
    if (denoted == null) {
      throw new GivenUpException();
    }
    return denoted;
  }

  /// What is written from the first of these tokens to the last.
  String written(int from, int to) {
    int first = tokens.start(from);
    return new String(text, first, tokens.end(to - 1) - first, StandardCharsets.UTF_8);
  }

  /// The name that ends before a token: its last two parts.
  QualifiedName qualified(int from, int to) {
    if (to - from < 3) {
      return new QualifiedName("", name(from));
    }
    return new QualifiedName(name(to - 3), name(to - 1));
  }

  /// The first token in `[from, to)` outside of parentheses that is this word; `to` for none.
  int find(String word, int from, int to) {
    int depth = 0;
    for (int token = from; token < to; token++) {
      if (isChar(token, '(')) {
        depth++;
      } else if (isChar(token, ')')) {
        depth--;
      } else if (depth == 0 && is(token, word)) {
        return token;
      }
    }
    return to;
  }

  /// Whether two tokens are the same name.
  boolean sameName(int one, int other) {
    byte kind = tokens.kind(one);
    if (kind == tokens.kind(other) && kind == TokenKind.WORD) {
      return sameWord(one, other);
    }
    return name(one).equals(name(other));
  }

  private boolean sameWord(int one, int other) {
    int a = tokens.start(one);
    int b = tokens.start(other);
    int length = tokens.end(one) - a;
    int otherLength = tokens.end(other) - b;
    if (Math.max(length, otherLength) > MAX_NAME_BYTES) {
      return name(one).equals(name(other)); // they are cut
    }
    if (length != otherLength) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(text[a + i]) != lower(text[b + i])) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte c) {
    return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
  }
}

package org.relevo.proxy.console;

import java.util.List;
import java.util.Optional;
import org.relevo.proxy.console.SqlTokens.Kind;
import org.relevo.proxy.console.SqlTokens.Token;

/// Takes a statement's tokens one after the other. Owner: one parse.
final class TokenReader {
  private static final Token END = new Token(Kind.SYMBOL, "\0");
  private static final int SHOWN_CHARS = 64;

  private final List<Token> tokens;
  private int at;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  private Token peek() {
    return at < tokens.size() ? tokens.get(at) : END;
  }

  boolean atEnd() {
    return at >= tokens.size();
  }

  /// Takes the word when it is the next token.
  boolean accept(String word) {
    if (peek().isWord(word)) {
      at++;
      return true;
    }
    return false;
  }

  /// Takes the words when they are the next tokens.
  boolean accept(String first, String second) {
    if (peek().isWord(first) && at + 1 < tokens.size() && tokens.get(at + 1).isWord(second)) {
      at += 2;
      return true;
    }
    return false;
  }

  boolean acceptSymbol(char symbol) {
    if (peek().isSymbol(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  void expectSymbol(char symbol) {
    if (!acceptSymbol(symbol)) {
      throw unexpected();
    }
  }

  /// A bare word, in lower case.
  String word() {
    if (peek().kind() != Kind.WORD) {
      throw unexpected();
    }
    return tokens.get(at++).text();
  }

  Optional<String> optionalWord() {
    return peek().kind() == Kind.WORD ? Optional.of(word()) : Optional.empty();
  }

  Optional<Token> optionalOf(Kind kind) {
    return peek().kind() == kind ? Optional.of(tokens.get(at++)) : Optional.empty();
  }

  /// A name, bare or quoted, with its dots: `schema.name`.
  String dottedName() {
    StringBuilder name = new StringBuilder(name());
    while (acceptSymbol('.')) {
      name.append('.').append(name());
    }
    return name.toString();
  }

  /// A name: a bare word, a quoted name, or a text.
  String name() {
    return switch (peek().kind()) {
      case WORD, QUOTED, STRING -> tokens.get(at++).text();
      case NUMBER, PARAMETER, SYMBOL -> throw unexpected();
    };
  }

  /// A name, when one follows.
  Optional<String> optionalName() {
    return atEnd() ? Optional.empty() : Optional.of(name());
  }

  /// A value: a text, a number with its sign and fraction, or a name.
  String value() {
    if (peek().kind() == Kind.NUMBER || peek().isSymbol('-')) {
      return number();
    }
    return name();
  }

  private String number() {
    StringBuilder out = new StringBuilder();
    if (acceptSymbol('-')) {
      out.append('-');
    }
    out.append(optionalOf(Kind.NUMBER).orElseThrow(this::unexpected).text());
    if (acceptSymbol('.')) {
      out.append('.').append(optionalOf(Kind.NUMBER).map(Token::text).orElse("0"));
    }
    return out.toString();
  }

  /// A whole number that is not negative.
  long wholeNumber() {
    Token token =
        optionalOf(Kind.NUMBER).or(() -> optionalOf(Kind.STRING)).orElseThrow(this::unexpected);
    try {
      long number = Long.parseLong(token.text());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) {
      // told below
    }
    throw new ConsoleException("22P02", "not a whole number: \"" + shown(token.text()) + "\"");
  }

  void expectEnd() {
    if (!atEnd()) {
      throw unexpected();
    }
  }

  /// Takes everything that is left.
  void skipRest() {
    at = tokens.size();
  }

  ConsoleException unexpected() {
    return atEnd()
        ? new ConsoleException("42601", "syntax error at end of input", ConsoleCommands.SEE_HELP)
        : new ConsoleException(
            "42601",
            "syntax error at or near \"" + shown(peek().text()) + "\"",
            ConsoleCommands.SEE_HELP);
  }

  static String shown(String text) {
    return text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "..." : text;
  }
}

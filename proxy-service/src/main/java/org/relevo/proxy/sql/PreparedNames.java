package org.relevo.proxy.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Finds PREPARE, EXECUTE and DEALLOCATE in a query string and the names that they are about.
///
/// Owner: whoever made it; used once.
public final class PreparedNames extends Lexer {
  /// Longest name (NAMEDATALEN - 1).
  private static final int MAX_NAME_BYTES = 63;

  private enum Token {
    WORD,
    QUOTED,
    OPEN,
    CLOSE,
    SEMICOLON,
    OTHER,
    END
  }

  private final List<NamedCommand> commands = new ArrayList<>();
  private Token token = Token.OTHER;
  private int from;
  private int statements;

  private PreparedNames() {}

  /// What a query string holds.
  ///
  /// @param statements how many there are, empty ones not counted
  public record Found(List<NamedCommand> commands, int statements) {
    public Found {
      commands = List.copyOf(commands);
    }
  }

  public static Found in(byte[] string, int length, boolean standardStrings) {
    PreparedNames names = new PreparedNames();
    names.begin(string, length, standardStrings);
    names.next();
    while (names.token != Token.END) {
      names.statement();
    }
    return new Found(names.commands, names.statements);
  }

  private void statement() {
    if (token == Token.SEMICOLON) {
      next();
      return;
    }
    int number = statements++;
    int begun = commands.size();
    if (is("prepare")) {
      next();
      named(NamedCommand.Kind.PREPARE, number);
    } else if (is("execute")) {
      next();
      named(NamedCommand.Kind.EXECUTE, number);
    } else if (is("deallocate")) {
      next();
      if (is("prepare")) {
        next();
      }
      forget(number);
    } else if (is("discard")) {
      next();
      if (is("all")) {
        forget(number);
      }
    } else if (is("explain")) {
      explain(number);
    } else if (is("create")) {
      create(number);
    }
    int depth = 0;
    while (token != Token.END && (token != Token.SEMICOLON || depth > 0)) {
      depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
      next();
    }
    if (commands.size() > begun) {
      commands.add(commands.removeLast().endingAt(token == Token.END ? end : from));
    }
  }

  private void forget(int number) {
    if (is("all")) {
      add(NamedCommand.Kind.DEALLOCATE_ALL, number, new byte[0]);
    } else {
      named(NamedCommand.Kind.DEALLOCATE, number);
    }
  }

  private void explain(int number) {
    next();
    if (token == Token.OPEN) {
      int depth = 0;
      do {
        depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
        next();
      } while (depth > 0 && token != Token.END);
    } else {
      while (is("analyze") || is("analyse") || is("verbose")) {
        next();
      }
    }
    if (is("execute")) {
      next();
      named(NamedCommand.Kind.EXECUTE, number);
    } else if (is("create")) {
      create(number);
    }
  }

  private void create(int number) {
    int depth = 0;
    boolean as = false;
    while (token != Token.END && (token != Token.SEMICOLON || depth > 0)) {
      depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
      if (as && is("execute")) {
        next();
        named(NamedCommand.Kind.EXECUTE, number);
        return;
      }
      as = depth == 0 && is("as");
      next();
    }
  }

  private void named(NamedCommand.Kind kind, int number) {
    if (token == Token.QUOTED) {
      String inner = latin(from + 1, at - 1).replace("\"\"", "\"");
      add(kind, number, cut(inner.getBytes(StandardCharsets.ISO_8859_1)));
    } else if (token == Token.WORD) {
      if (is("u") && at + 1 < end && text[at] == '&' && text[at + 1] == '"') {
        add(NamedCommand.Kind.UNREADABLE, number, new byte[0]);
        return;
      }
      byte[] name = Arrays.copyOfRange(text, from, at);
      for (int i = 0; i < name.length; i++) {
        if (name[i] >= 'A' && name[i] <= 'Z') {
          name[i] = (byte) (name[i] | 0x20);
        }
      }
      add(kind, number, cut(name));
    }
    // anything else is a syntax error, which the server reports
  }

  private void add(NamedCommand.Kind kind, int number, byte[] name) {
    commands.add(new NamedCommand(kind, number, name, from, at, end));
  }

  /// Where a longer name is cut, no character is (UTF-8).
  private static byte[] cut(byte[] name) {
    int length = Math.min(name.length, MAX_NAME_BYTES);
    if (length < name.length) {
      while (length > 0 && (name[length] & 0xC0) == 0x80) {
        length--;
      }
    }
    return Arrays.copyOf(name, length);
  }

  private boolean is(String word) {
    return token == Token.WORD
        && at - from == word.length()
        && latin(from, at).toLowerCase(Locale.ROOT).equals(word);
  }

  private String latin(int start, int stop) {
    return new String(text, start, Math.max(0, stop - start), StandardCharsets.ISO_8859_1);
  }

  private void next() {
    while (at < end) {
      if (token()) {
        return;
      }
    }
    from = end;
    token = Token.END;
  }

  /// @return whether there was one
  private boolean token() {
    from = at;
    byte c = text[at];
    if (isWordStart(c)) {
      while (at < end && isWordPart(text[at])) {
        at++;
      }
      token = Token.WORD;
      if (at < end && text[at] == '\'' && at - from == 1) {
        prefixed((byte) (c | 0x20));
        token = Token.OTHER;
      }
      return true;
    }
    boolean more = at + 1 < end;
    switch (c) {
      case ' ', '\t', '\n', '\r', '\f', 0x0B -> {
        at++;
        from = at;
        return false;
      }
      case '-' -> {
        if (more && text[at + 1] == '-') {
          lineComment();
          from = at;
          return false;
        }
        other();
      }
      case '/' -> {
        if (more && text[at + 1] == '*') {
          comment();
          from = at;
          return false;
        }
        other();
      }
      case '\'' -> {
        quoted((byte) '\'', !standardStrings);
        token = Token.OTHER;
      }
      case '"' -> {
        quoted((byte) '"', false);
        token = Token.QUOTED;
      }
      case '$' -> {
        dollar();
        token = Token.OTHER;
      }
      case ';' -> single(Token.SEMICOLON);
      case '(' -> single(Token.OPEN);
      case ')' -> single(Token.CLOSE);
      default -> {
        other();
        while (c >= '0' && c <= '9' && at < end && isWordPart(text[at])) {
          at++;
        }
      }
    }
    return true;
  }

  private void other() {
    single(Token.OTHER);
  }

  private void single(Token found) {
    at++;
    token = found;
  }
}

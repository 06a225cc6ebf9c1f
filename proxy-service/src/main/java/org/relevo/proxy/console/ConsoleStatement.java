package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.console.SqlTokens.Kind;
import org.relevo.proxy.console.SqlTokens.Token;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.ExtendedRequest;
import org.relevo.proxy.wire.WireException;

/// A prepared statement of the console. Parameters stand for texts, names and numbers.
///
/// @param tokens empty for an empty text
/// @param parameterTypes type OIDs, one for each parameter
/// @param shape what it is, empty for an empty text; where a value belongs it has a stand-in
/// @param chars length of its text
record ConsoleStatement(
    List<Token> tokens, List<Integer> parameterTypes, Optional<ConsoleCommand> shape, int chars) {
  private static final int MAX_PARAMETERS = 256;
  private static final int TEXT_TYPE = 25;
  private static final Token STAND_IN = new Token(Kind.STRING, "1");

  /// @throws ConsoleException when it is no command of the console
  static ConsoleStatement prepare(ExtendedRequest.Parse parse) {
    List<List<Token>> statements = SqlTokens.statements(parse.sql());
    if (statements.size() > 1) {
      throw new ConsoleException(
          "42601", "cannot insert multiple commands into a prepared statement");
    }
    List<Token> tokens = statements.isEmpty() ? List.of() : List.copyOf(statements.getFirst());
    int parameters = parse.parameterTypes().size();
    for (Token token : tokens) {
      if (token.kind() == Kind.PARAMETER) {
        parameters = Math.max(parameters, number(token));
      }
    }
    List<Integer> types = new ArrayList<>();
    for (int i = 0; i < parameters; i++) {
      int given = i < parse.parameterTypes().size() ? parse.parameterTypes().get(i) : 0;
      types.add(given == 0 ? TEXT_TYPE : given);
    }
    Optional<ConsoleCommand> shape =
        tokens.isEmpty()
            ? Optional.empty()
            : Optional.of(
                ConsoleCommands.parse(
                    tokens.stream()
                        .map(token -> token.kind() == Kind.PARAMETER ? STAND_IN : token)
                        .toList()));
    return new ConsoleStatement(tokens, List.copyOf(types), shape, parse.sql().length());
  }

  private static int number(Token token) {
    int number = token.text().length() > 4 ? 0 : Integer.parseInt(token.text());
    if (number < 1 || number > MAX_PARAMETERS) {
      throw new ConsoleException(
          "42P02", "there is no parameter $" + TokenReader.shown(token.text()));
    }
    return number;
  }

  /// Puts the values in.
  ///
  /// @return empty for an empty text
  /// @throws ConsoleException when a value does not fit
  Optional<ConsoleCommand> bind(ExtendedRequest.Bind bind) {
    List<@Nullable ByteString> values = bind.parameters();
    if (values.size() != parameterTypes.size()) {
      throw new ConsoleException(
          "08P01",
          "bind message supplies "
              + values.size()
              + " parameters, but "
              + parameterTypes.size()
              + " are required");
    }
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    List<Token> bound = new ArrayList<>();
    for (Token token : tokens) {
      bound.add(token.kind() == Kind.PARAMETER ? value(number(token) - 1, bind) : token);
    }
    return Optional.of(ConsoleCommands.parse(bound));
  }

  private Token value(int index, ExtendedRequest.Bind bind) {
    ByteString value = bind.parameters().get(index);
    if (value == null) {
      throw new ConsoleException("22004", "parameter $" + (index + 1) + " must not be null");
    }
    byte[] bytes = value.toBytes();
    boolean binary = ExtendedRequest.Bind.binary(bind.parameterFormats(), index);
    return new Token(
        Kind.STRING,
        binary && isInteger(parameterTypes.get(index))
            ? Long.toString(integer(bytes))
            : new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
  }

  private static boolean isInteger(int type) {
    return type == 20 || type == 21 || type == 23;
  }

  private static long integer(byte[] bytes) {
    if (bytes.length != 2 && bytes.length != 4 && bytes.length != 8) {
      throw new WireException("binary integer of " + bytes.length + " bytes");
    }
    long number = bytes[0];
    for (int i = 1; i < bytes.length; i++) {
      number = number << 8 | (bytes[i] & 0xFF);
    }
    return number;
  }
}

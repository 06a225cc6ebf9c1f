package org.relevo.proxy.sql.grammar;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// PostgreSQL's own parser, as the packages that the build reads the tables from have it.
final class Oracle {
  /// It could not tell.
  static final String FAILED = "?";

  /// Errors of the lexer and of the grammar; others come from actions, which the service has not.
  private static final Pattern SYNTAX =
      Pattern.compile(
          "syntax error.*|unterminated .*|trailing junk .*|zero-length delimited .*"
              + "|operator too long.*|UESCAPE must be .*|parameter number too large.*"
              + "|invalid (hexa|oct|bin).*");

  private static final Pattern CONTINUED_BEHIND_COMMENT =
      Pattern.compile("'\\s*(--[^\n]*\n\\s*)+'");

  private static final Pattern SUBSCRIPT_OF_ROUTINE =
      Pattern.compile("(?is)\\b(FUNCTION|PROCEDURE|ROUTINE)\\b[^()]*[\\[*]");

  private static final Path PACKAGES = Path.of("target/grammar/node_modules").toAbsolutePath();

  private Oracle() {}

  /// @return for each text "" when this version accepts it, or what is wrong with it
  static List<String> ask(int major, List<byte[]> texts) throws IOException {
    Path script = Files.createTempFile("oracle", ".cjs");
    Path input = Files.createTempFile("oracle", ".in");
    Path output = Files.createTempFile("oracle", ".out");
    try {
      try (var in = Oracle.class.getResourceAsStream("oracle.cjs")) {
        Files.write(script, in.readAllBytes());
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      for (byte[] text : texts) {
        out.writeInt(text.length);
        out.write(text);
      }
      Files.write(input, bytes.toByteArray());
      Process node =
          new ProcessBuilder("node", script.toString(), PACKAGES.resolve("pg" + major).toString())
              .redirectInput(input.toFile())
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      int status = node.waitFor();
      List<String> answers = Files.readAllLines(output, StandardCharsets.UTF_8);
      if (status != 0 || answers.size() != texts.size()) {
        throw new IOException("node ended with " + status + " and " + answers.size() + " answers");
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(script);
      Files.delete(input);
      Files.delete(output);
    }
  }

  /// Whether the grammar alone refuses the text.
  static boolean isSyntaxError(String answer) {
    return SYNTAX.matcher(answer).matches();
  }

  /// Where libpg_query's lexer is not PostgreSQL's: it takes `?` for a parameter (13), lets words
  /// follow numbers (15) and parameters at once, and does not continue a literal behind a comment.
  /// In all of them this lexer does what servers of the versions 15 and 18 do.
  static boolean differsFromServers(
      int major, byte[] text, SqlParser.Outcome ours, SqlParser parser) {
    boolean parameters = major == 13 && Statements.show(text).indexOf('?') >= 0;
    if (ours == SqlParser.Outcome.ACCEPTED) {
      return parameters || CONTINUED_BEHIND_COMMENT.matcher(Statements.show(text)).find();
    }
    if (parameters) {
      return true;
    }
    TokenList tokens = parser.tree().tokens();
    int at = parser.errorToken();
    if (at >= tokens.size() || tokens.kind(at) != TokenKind.ERROR) {
      return false;
    }
    byte first = text[tokens.start(at)];
    boolean number = (first >= '0' && first <= '9') || first == '.';
    return (major >= 15 && first == '$') || (major == 15 && number);
  }

  /// Whether the text has what the grammar accepts and an action calls a syntax error: a subscript
  /// or `*` in the name of a function or a relation. A function that is named without arguments
  /// (`function_with_argtypes`) is none of the symbols that are known, so the text is looked at.
  static boolean isRefusedByAction(byte[] text, SyntaxTree tree) {
    if (SUBSCRIPT_OF_ROUTINE.matcher(Statements.show(text)).find()) {
      return true;
    }
    GrammarSymbols symbols = tree.tables().symbols();
    for (int node = 0; node < tree.nodes(); node++) {
      Symbol name = symbols.name(tree.symbol(node));
      if (name != Symbol.FUNCTION_NAME && name != Symbol.QUALIFIED_NAME) {
        continue;
      }
      for (int token = tree.firstToken(node); token < tree.endToken(node); token++) {
        if (tree.code(token) == '[' || tree.code(token) == '*') {
          return true;
        }
      }
    }
    return false;
  }
}

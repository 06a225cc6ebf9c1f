package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.testkit.Seeds;

/// Each version's grammar against PostgreSQL's own parser of it. What only an action of the parser
/// refuses may be accepted here: the server refuses it.
class GrammarDifferentialTest {
  private static final int CHANGED = 2000;

  private final SqlParser parser = new SqlParser();

  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18})
  void ownStatementsAreReadAsPostgreSqlReadsThem(int major) throws IOException {
    int accepted = compare(major, Statements.own());
    assertThat(accepted).isGreaterThan(300);
  }

  /// Statements with pieces lost, doubled or changed for others'.
  @ParameterizedTest
  @ValueSource(ints = {13, 14, 15, 16, 17, 18})
  void changedStatementsAreReadAsPostgreSqlReadsThem(int major) throws IOException {
    long seed = Seeds.first();
    Random random = new Random(seed);
    List<byte[]> own = Statements.own();
    List<byte[]> changed = new ArrayList<>();
    for (int i = 0; i < CHANGED; i++) {
      changed.add(change(own, random, major));
    }
    try {
      compare(major, changed);
    } catch (AssertionError e) {
      throw new AssertionError("-Drelevo.seed=" + seed, e);
    }
  }

  private int compare(int major, List<byte[]> texts) throws IOException {
    GrammarTables tables = GrammarTables.of(major);
    List<String> answers = Oracle.ask(major, texts);
    List<String> problems = new ArrayList<>();
    int accepted = 0;
    for (int i = 0; i < texts.size(); i++) {
      byte[] text = texts.get(i);
      String answer = answers.get(i);
      SqlParser.Outcome outcome = parser.parse(tables, text, 0, text.length, true);
      accepted += answer.isEmpty() ? 1 : 0;
      if (Oracle.differsFromServers(major, text, outcome, parser)) {
        continue;
      }
      if (answer.isEmpty() && outcome != SqlParser.Outcome.ACCEPTED) {
        problems.add("refused: " + Statements.show(text));
      } else if (Oracle.isSyntaxError(answer) && outcome == SqlParser.Outcome.ACCEPTED) {
        problems.add("accepted in spite of " + answer + ": " + Statements.show(text));
      }
    }
    assertThat(problems).isEmpty();
    return accepted;
  }

  private byte[] change(List<byte[]> own, Random random, int major) {
    byte[] text = own.get(random.nextInt(own.size()));
    parser.parse(GrammarTables.of(major), text, 0, text.length, true);
    TokenList tokens = parser.tree().tokens();
    if (tokens.size() == 0) {
      return text;
    }
    int token = random.nextInt(tokens.size());
    String before = part(text, 0, tokens.start(token));
    String it = part(text, tokens.start(token), tokens.end(token));
    String after = part(text, tokens.end(token), text.length);
    String changed =
        switch (random.nextInt(4)) {
          case 0 -> before + after;
          case 1 -> before + it + " " + it + after;
          case 2 -> before + it;
          default -> before + piece(own, random) + after;
        };
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A few characters of any statement.
  private static String piece(List<byte[]> own, Random random) {
    byte[] other = own.get(random.nextInt(own.size()));
    int from = random.nextInt(other.length);
    return part(other, from, Math.min(other.length, from + 1 + random.nextInt(12)));
  }

  private static String part(byte[] text, int from, int to) {
    return new String(Arrays.copyOfRange(text, from, to), StandardCharsets.ISO_8859_1);
  }
}

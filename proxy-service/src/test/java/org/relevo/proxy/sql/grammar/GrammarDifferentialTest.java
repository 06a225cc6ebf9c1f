package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
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
    try {
      compare(major, Statements.changed(random, CHANGED, major));
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
      } else if (Oracle.isSyntaxError(answer)
          && outcome == SqlParser.Outcome.ACCEPTED
          && !Oracle.isRefusedByAction(text, parser.tree())) {
        problems.add("accepted in spite of " + answer + ": " + Statements.show(text));
      }
    }
    assertThat(problems).isEmpty();
    return accepted;
  }
}

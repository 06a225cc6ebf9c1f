package org.relevo.jmx.benchmark.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptParserTest {
  private static List<Command> parse(String text) {
    return ScriptParser.parse("test", text, 1, 0).commands();
  }

  private static List<String> statements(String text) {
    return parse(text).stream()
        .filter(Command.Sql.class::isInstance)
        .map(command -> ((Command.Sql) command).text().parameterised())
        .toList();
  }

  /// Runs what needs no server, and tells which statements would have been sent.
  private static List<String> run(String text, Map<String, Value> variables) {
    List<Command> commands = parse(text);
    Scope scope = new Scope(variables, new Prng(1));
    List<String> sent = new ArrayList<>();
    int next = 0;
    while (next < commands.size()) {
      switch (commands.get(next++)) {
        case Command.Sql sql -> sent.add(sql.text().texts().getFirst());
        case Command.SetVariable set -> scope.set(set.name(), set.expression().value(scope));
        case Command.Unless unless ->
            next = unless.condition().value(scope).truth() ? next : unless.target();
        case Command.Jump jump -> next = jump.target();
        default -> throw new AssertionError("not in this test");
      }
    }
    return sent;
  }

  @Test
  void statementsEndAtSemicolonsOutsideOfQuotesCommentsAndParentheses() {
    assertThat(
            statements(
                """
                SELECT 1; -- a comment; with one
                SELECT 'a;b', "c;d", $$e;f$$, $x$g;$h;$x$, E'i\\';j' /* k; /* l; */ m; */;
                CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);
                SELECT 3 \\; SELECT 4;
                SELECT 5
                """))
        .containsExactly(
            "SELECT 1",
            "SELECT 'a;b', \"c;d\", $$e;f$$, $x$g;$h;$x$, E'i\\';j' /* k; /* l; */ m; */",
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
            "SELECT 3 ; SELECT 4",
            "SELECT 5");
  }

  @Test
  void variablesBecomeParametersButCastsAndTimesDoNot() {
    Command.Sql sql = (Command.Sql) parse("SELECT :a::int, ':b', '10:20' , :c_1;").getFirst();
    assertThat(sql.text().names()).containsExactly("a", "b", "c_1");
    assertThat(sql.text().parameterised()).isEqualTo("SELECT $1::int, '$2', '10:20' , $3");
  }

  @Test
  void conditionsRunOneBranch() {
    String script =
        """
        \\if :x > 10
        SELECT 'large';
        \\if :x > 100
        SELECT 'huge';
        \\endif
        \\elif :x > 5
        SELECT 'middle';
        \\elif :x > 2
        SELECT 'small';
        \\else
        SELECT 'tiny';
        \\endif
        SELECT 'end';
        """;
    assertThat(run(script, Map.of("x", new Value.Int(200))))
        .containsExactly("SELECT 'large'", "SELECT 'huge'", "SELECT 'end'");
    assertThat(run(script, Map.of("x", new Value.Int(11))))
        .containsExactly("SELECT 'large'", "SELECT 'end'");
    assertThat(run(script, Map.of("x", new Value.Int(7))))
        .containsExactly("SELECT 'middle'", "SELECT 'end'");
    assertThat(run(script, Map.of("x", new Value.Int(3))))
        .containsExactly("SELECT 'small'", "SELECT 'end'");
    assertThat(run(script, Map.of("x", new Value.Int(0))))
        .containsExactly("SELECT 'tiny'", "SELECT 'end'");
  }

  @Test
  void aCommandMayGoOnInTheNextLineAndEndsAStatement() {
    List<Command> commands =
        parse("SELECT 1 AS one \\gset p_\n\\set x 1 + \\\n  2\n\\sleep 5 ms\n");
    assertThat(commands).hasSize(3);
    Command.Sql sql = (Command.Sql) commands.getFirst();
    assertThat(sql.keep()).isEqualTo(Command.Keep.ROW);
    assertThat(sql.prefix()).isEqualTo("p_");
    Command.SetVariable set = (Command.SetVariable) commands.get(1);
    assertThat(set.expression().value(new Scope(Map.of(), new Prng(1))))
        .isEqualTo(new Value.Int(3));
    assertThat(commands.get(2)).isEqualTo(new Command.Sleep(null, 5, 1_000_000));
  }

  @Test
  void whatIsWrongIsToldWithItsPlace() {
    wrong("SELECT 1;\n  \\shell rm -rf /", "line 2, column 3: \\shell is refused");
    wrong("\\setrandom a 1 2", "line 1, column 1: no command \\setrandom; there are \\set");
    wrong("\\set a 1 +", "line 1, column 11: the expression is not complete");
    wrong("\\set a (1", "\")\" is missing");
    wrong("\\set a sin(1)", "line 1, column 8: unexpected function name \"sin\"");
    wrong("\\set a random(1)", "random takes 2 arguments, not 1");
    wrong("\\set a 9223372036854775808", "bigint constant overflow");
    wrong("\\set a " + "(".repeat(500), "nested too deeply");
    wrong("\\set a " + "-".repeat(5000) + "1", "nested too deeply");
    wrong("\\set a 1" + " + 1".repeat(5000), "more than 1000 operators");
    wrong("\\set a " + " \\\n".repeat(20_000), "the expression is not complete");
    wrong("SELECT 'a", "line 1, column 8: the quote that begins here has no end");
    wrong("SELECT /* a", "comment that begins here has no end");
    wrong("\\if 1\nSELECT 1;", "line 1, column 1: this \\if has no \\endif");
    wrong("\\endif", "\\endif without \\if");
    wrong("\\if 1\n\\else\n\\else\n\\endif", "line 3, column 1: \\else after \\else");
    wrong("\\gset", "must follow an SQL command");
    wrong("\\sleep soon", "\\sleep needs a number");
    wrong(" -- nothing\n", "the script has no command");
  }

  @Test
  void builtInScriptsAreReadable() {
    assertThat(BuiltIn.names()).containsExactly("tpcb-like", "simple-update", "select-only");
    assertThat(parse(BuiltIn.TPCB_LIKE.text())).hasSize(11);
    assertThat(parse(BuiltIn.SIMPLE_UPDATE.text())).hasSize(9);
    assertThat(parse(BuiltIn.SELECT_ONLY.text())).hasSize(2);
  }

  private static void wrong(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining(message);
  }
}

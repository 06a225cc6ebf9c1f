package org.relevo.jmx.benchmark.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.postgres.PgServer;

/// Expressions have the values that pgbench itself gives them.
class ExpressionIT {
  private static final Path PGBENCH = Path.of("/usr/lib/postgresql/15/bin/pgbench");
  private static final List<String> EXPRESSIONS =
      List.of(
          "1 + 2 * 3 - 4 / 3 % 5",
          "-7 / 2",
          "-7 % 3",
          "7.0 / 2",
          "1e300 * 10",
          "0.1 + 0.2",
          "1.0 / 3",
          "1e15",
          "123456789012345.6",
          "0.00001",
          "1e-5 / 3",
          "-9223372036854775808",
          "~ 5 + 1",
          "1 + ~ 2 * 3",
          "5 & 3 | 8 # 1",
          "1 << 10 >> 2",
          "2 < 3 and 3 <= 3 or not true",
          "1 = 1.0",
          "2 <> 2",
          "3 != 4",
          "null is null",
          "1 is null",
          "true is not false",
          "1 isnull",
          "1 notnull",
          "null and false",
          "null or true",
          "null + 1",
          "case when 1 > 2 then 1 when null then 2 when 3 > 2 then 3 else 4 end",
          "case when false then 1 end",
          "case when 0 then 1 when 0.1 then 2 end",
          "abs(-17)",
          "abs(-1.5)",
          "int(2.5)",
          "int(3.5)",
          "int(-2.5)",
          "double(5432)",
          "greatest(5, 4, 3, 2)",
          "least(5, 4, 3, 2.1)",
          "mod(54, 32)",
          "pi()",
          "pow(2.0, 10)",
          "power(2, 0.5)",
          "sqrt(2.0)",
          "exp(1.0)",
          "ln(10)",
          "hash(10, 5432)",
          "hash_murmur2(-1, 7)",
          "hash_fnv1a(10, 5432)",
          "hash(:default_seed)",
          "permute(0, 4)",
          "permute(12345, 1000000, 99)",
          "permute(-3, 9223372036854775807, 5)",
          "permute(7, 8, 1)",
          "random(4, 4)",
          "random_zipfian(3, 3, 1.5)",
          ":a + :b",
          ":text");
  private static final Map<String, String> VARIABLES =
      Map.of("default_seed", "424242", "a", "12", "b", "0.5", "text", "true");

  @Test
  void valuesAreThoseOfPgbench(@TempDir Path folder)
      throws IOException, SQLException, InterruptedException {
    assumeTrue(Files.isExecutable(PGBENCH), "pgbench is not installed");
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      script.append("\\set v ").append(EXPRESSIONS.get(i)).append('\n');
      script.append("INSERT INTO told VALUES (").append(i).append(", ':v');\n");
    }
    Path file = folder.resolve("script.sql");
    Files.writeString(file, script);
    try (PgServer server = PgServer.start(folder, "pg", Map.of())) {
      server.execute("CREATE TABLE told (number int, value text)");
      run(server, file);
      try (Connection connection = server.connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT * FROM told ORDER BY number")) {
        int count = 0;
        while (row.next()) {
          String expression = EXPRESSIONS.get(row.getInt(1));
          assertThat(value(expression).text()).as(expression).isEqualTo(row.getString(2));
          count++;
        }
        assertThat(count).isEqualTo(EXPRESSIONS.size());
      }
    }
  }

  @Test
  void whatHasNoValueSaysWhy() {
    wrong("1 / 0", "division by zero");
    wrong("1 % 0", "division by zero");
    wrong("9223372036854775807 + 1", "long overflow");
    wrong(":nobody", "undefined variable \"nobody\"");
    wrong("random(5, 4)", "empty range given to random");
    wrong("random_gaussian(1, 2, 1.9)", "gaussian parameter must be at least 2");
    wrong("random_zipfian(1, 2, 1)", "zipfian parameter must be in range");
    wrong("random_exponential(1, 2, 0)", "exponential parameter must be greater");
    wrong("true + 1", "cannot coerce boolean to int");
    wrong("not 1", "cannot coerce 1 to boolean");
    wrong("int(1e30)", "double to int overflow");
    wrong("permute(1, 0)", "must be greater than zero");
  }

  private static Value value(String expression) {
    Map<String, Value> variables =
        VARIABLES.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    Map.Entry::getKey, entry -> new Value.Text(entry.getValue())));
    return ExpressionParser.parse(expression, 0, expression.length())
        .value(new Scope(variables, new Prng(1)));
  }

  private static void wrong(String expression, String message) {
    assertThatThrownBy(() -> value(expression))
        .as(expression)
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining(message);
  }

  private static void run(PgServer server, Path script) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                PGBENCH.toString(),
                "-n",
                "-t1",
                "-h127.0.0.1",
                "-p" + server.port(),
                "-Upostgres",
                "-f" + script,
                "postgres")
            .redirectErrorStream(true);
    VARIABLES.forEach((name, value) -> builder.command().add(1, "-D" + name + "=" + value));
    builder.environment().put("PGPASSWORD", PgServer.PASSWORD);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  @Test
  void numbersAreWrittenAsC() {
    assertThat(new Value.Real(Duration.ofDays(1).toMillis() / 3.0).text()).isEqualTo("28800000");
    assertThat(new Value.Real(1e100).text()).isEqualTo("1e+100");
    assertThat(new Value.Real(-1.5e-7).text()).isEqualTo("-1.5e-07");
  }
}

package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.wire.FrontendMessages;

/// PREPARE, EXECUTE and DEALLOCATE while the server connection changes: what two clients see is
/// what they see at the server itself.
@Timeout(180)
class SqlPreparedIT {
  @TempDir static Path folder;
  private static RealServer server;

  private ProxyServer proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
    server.sql("CREATE TABLE t (id int, name text)", "INSERT INTO t VALUES (1, 'one')");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  private void start(PoolMode mode, int size) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                1,
                new SessionSettings(50, wait, wait, wait, false),
                TestAccess.pools(mode, size)),
            new FixedViews(server.port()),
            TestAccess.of(server.port()));
  }

  private ScriptedClient client() throws IOException {
    return ScriptedClient.login(proxy.address().getPort());
  }

  /// All that is answered to a query string, shortly.
  private static String ask(ScriptedClient client, String sql) throws IOException {
    client.query(sql);
    return answers(client);
  }

  private static String answers(ScriptedClient client) throws IOException {
    StringBuilder said = new StringBuilder();
    while (true) {
      ScriptedClient.Message message = client.read();
      switch (message.tag()) {
        case 'D' -> said.append(message.body().substring(6)).append(' ');
        case 'C' -> said.append(message.body().replace("\0", "")).append(' ');
        case 'E' -> said.append(error(message.body())).append(' ');
        case 'Z' -> {
          return said.toString() + message.body();
        }
        default -> {
          // descriptions and completions of the extended protocol
        }
      }
    }
  }

  private static String error(String body) {
    String code = "";
    String text = "";
    String position = "";
    for (String field : body.split("\0", -1)) {
      switch (field.isEmpty() ? ' ' : field.charAt(0)) {
        case 'C' -> code = field.substring(1);
        case 'M' -> text = field.substring(1);
        case 'P' -> position = " at " + field.substring(1);
        default -> {
          // not compared
        }
      }
    }
    return code + ": " + text + position;
  }

  private static String extended(ScriptedClient client, String sql) throws IOException {
    ByteBuf out = Unpooled.buffer();
    ScriptedClient.run(out, sql);
    FrontendMessages.sync(out);
    client.send(out);
    return answers(client);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void twoClientsWithTheSameNameSeeWhatTheyPrepared(int size) throws Exception {
    start(PoolMode.TRANSACTION, size);
    try (ScriptedClient one = client();
        ScriptedClient two = client()) {
      assertThat(ask(one, "PREPARE foo(int) AS SELECT $1 + 1")).isEqualTo("PREPARE I");
      assertThat(ask(two, "prepare \"foo\"AS SELECT 'two'")).isEqualTo("PREPARE I");
      assertThat(ask(one, "BEGIN"))
          .isEqualTo("BEGIN T"); // takes one connection away, if there are two
      for (int i = 0; i < 3; i++) {
        if (size == 1) {
          assertThat(ask(one, "COMMIT")).endsWith("I");
        }
        assertThat(ask(two, "EXECUTE FOO")).isEqualTo("two SELECT 1 I");
        assertThat(ask(one, "EXECUTE foo(41)")).startsWith("42 SELECT 1 ");
        assertThat(ask(two, "BEGIN; EXECUTE foo; COMMIT")).contains("two SELECT 1 COMMIT I");
        if (size == 2) {
          assertThat(ask(one, "COMMIT; BEGIN")).isEqualTo("COMMIT BEGIN T");
        }
      }
      assertThat(ask(one, "ROLLBACK")).endsWith("ROLLBACK I");
      assertThat(ask(two, "DEALLOCATE foo")).isEqualTo("DEALLOCATE I");
      assertThat(ask(one, "EXPLAIN (COSTS off) EXECUTE foo(1)")).endsWith("EXPLAIN I");
      assertThat(ask(one, "CREATE TABLE made AS EXECUTE foo(1); DROP TABLE made"))
          .isEqualTo("SELECT 1 DROP TABLE I");
      assertThat(ask(two, "EXECUTE foo")).startsWith("26000: prepared statement \"foo\" does not");
    }
  }

  /// The same conversation with the server itself and through the service.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void answersAreThoseOfTheServer(int size) throws Exception {
    start(PoolMode.TRANSACTION, size);
    List<String> conversation =
        List.of(
            "EXECUTE nobody",
            "PREPARE a AS SELECT 1",
            "PREPARE a AS SELECT 2",
            "PREPARE bad AS SELECT nothing FROM nowhere",
            "EXECUTE bad",
            "EXECUTE a; PREPARE b(text) AS SELECT $1 || 'x'; EXECUTE b('1;2'); SELECT 3",
            "PREPARE c AS SELECT 5; PREPARE d AS SELECT 5; EXECUTE d; SELECT 1/0; DEALLOCATE a",
            "EXECUTE c",
            "EXECUTE d",
            "EXECUTE a",
            "BEGIN; DEALLOCATE a; ROLLBACK",
            "EXECUTE a",
            "PREPARE A AS SELECT /* ; */ 7 -- ;\n",
            "EXECUTE \"a\"",
            "EXECUTE \"A\"",
            "PREPARE \"we \"\" ird\" AS SELECT 8",
            "EXECUTE \"we \"\" ird\"",
            "DEALLOCATE PREPARE \"we \"\" ird\"",
            "EXECUTE \"we \"\" ird\"",
            "BEGIN",
            "SELECT 1/0",
            "EXECUTE a",
            "PREPARE e AS SELECT 1",
            "DEALLOCATE a",
            "ROLLBACK",
            "EXECUTE a",
            "EXECUTE e",
            "EXECUTE b(1, 2)",
            "PREPARE f(nosuchtype) AS SELECT 1",
            "DEALLOCATE nobody",
            "DEALLOCATE ALL",
            "EXECUTE a",
            "PREPARE a AS SELECT 9",
            "EXECUTE a");
    try (ScriptedClient direct = ScriptedClient.login(server.port());
        ScriptedClient proxied = client();
        ScriptedClient other = client()) {
      for (String sql : conversation) {
        assertThat(ask(proxied, sql)).as(sql).isEqualTo(ask(direct, sql));
        String free = size == 1 ? "" : "BEGIN; SELECT 1; COMMIT";
        assertThat(size == 1 ? "I" : ask(other, free)).as("the other's " + free).endsWith("I");
      }
    }
    try (ScriptedClient direct = ScriptedClient.login(server.port());
        ScriptedClient proxied = client()) {
      for (String sql : conversation) {
        assertThat(extended(proxied, sql)).as(sql).isEqualTo(extended(direct, sql));
      }
    }
  }

  @Test
  void namesOfSqlAndOfTheProtocolAreTheSame() throws Exception {
    start(PoolMode.TRANSACTION, 2);
    try (ScriptedClient one = client();
        ScriptedClient two = client()) {
      ByteBuf out = Unpooled.buffer();
      FrontendMessages.parse(out, "p", "SELECT 'by protocol'", List.of(), StandardCharsets.UTF_8);
      FrontendMessages.sync(out);
      one.send(out);
      assertThat(answers(one)).isEqualTo("I");
      assertThat(ask(one, "PREPARE s(int) AS SELECT 'by sql'")).isEqualTo("PREPARE I");
      assertThat(ask(one, "PREPARE p AS SELECT 1")).startsWith("42P05: prepared statement \"p\"");

      // The other client takes the connection that has them: there they must be made anew.
      for (int i = 0; i < 4; i++) {
        ScriptedClient holder = i % 2 == 0 ? two : one;
        assertThat(ask(holder, "BEGIN")).isEqualTo("BEGIN T");
        assertThat(ask(one, "EXECUTE p")).startsWith("by protocol SELECT 1");
        ByteBuf bind = Unpooled.buffer();
        ScriptedClient.message(bind, 'B', "\0s\0\0\0\0\1\0\0\0\0011\0\0");
        FrontendMessages.execute(bind);
        FrontendMessages.sync(bind);
        one.send(bind);
        assertThat(answers(one)).startsWith("by sql SELECT 1");
        assertThat(ask(holder, "COMMIT")).isEqualTo("COMMIT I");
      }
      assertThat(ask(one, "DEALLOCATE p")).isEqualTo("DEALLOCATE I");
      ByteBuf gone = Unpooled.buffer();
      ScriptedClient.message(gone, 'B', "\0p\0\0\0\0\0\0\0");
      FrontendMessages.sync(gone);
      one.send(gone);
      assertThat(answers(one)).startsWith("26000: prepared statement \"p\" does not exist");
    }
  }

  @Test
  void aStatementThatCannotBePreparedAnewGivesTheServersError() throws Exception {
    start(PoolMode.TRANSACTION, 2);
    server.sql("CREATE TABLE fleeting (id int)");
    try (ScriptedClient one = client();
        ScriptedClient two = client()) {
      assertThat(ask(one, "PREPARE f AS SELECT id FROM fleeting")).isEqualTo("PREPARE I");
      assertThat(ask(two, "BEGIN")).isEqualTo("BEGIN T");
      server.sql("DROP TABLE fleeting");
      for (int i = 0; i < 2; i++) {
        assertThat(ask(one, "EXECUTE f")).startsWith("42P01: relation \"fleeting\" does not");
        assertThat(ask(one, "SELECT 'on'")).isEqualTo("on SELECT 1 I");
      }
      assertThat(ask(two, "COMMIT")).isEqualTo("COMMIT I");
      assertThat(ask(one, "BEGIN")).isEqualTo("BEGIN T");
      assertThat(ask(two, "SELECT 2")).isEqualTo("2 SELECT 1 I");
      assertThat(ask(one, "EXECUTE f")).startsWith("42P01: relation \"fleeting\" does not");
      assertThat(ask(one, "EXECUTE f; SELECT 1")).startsWith("25P02: ");
      assertThat(ask(one, "ROLLBACK")).isEqualTo("ROLLBACK I");
    }
  }

  @Test
  void longStringsAreReadAsAWhole() throws Exception {
    start(PoolMode.STATEMENT, 1);
    try (ScriptedClient one = client();
        ScriptedClient two = client()) {
      String many = "x".repeat(100_000);
      assertThat(ask(one, "PREPARE l(text) AS SELECT length($1), '" + many + "'"))
          .isEqualTo("PREPARE I");
      assertThat(ask(two, "PREPARE l(text) AS SELECT 'two'")).isEqualTo("PREPARE I");
      assertThat(ask(one, "EXECUTE l('" + many + "')")).startsWith("100000").endsWith("1 I");
      assertThat(ask(two, "EXECUTE l('')")).isEqualTo("two SELECT 1 I");
    }
  }

  @Test
  void whatCannotBeDoneIsRefused() throws Exception {
    start(PoolMode.TRANSACTION, 1);
    try (ScriptedClient one = client()) {
      assertThat(ask(one, "DEALLOCATE ALL; PREPARE a AS SELECT 1")).startsWith("0A000: DEALLOC");
      assertThat(ask(one, "PREPARE U&\"a\" AS SELECT 1")).startsWith("0A000: a prepared stat");
      assertThat(ask(one, "EXECUTE relevo_0")).startsWith("26000: prepared statement \"relevo_0\"");
      assertThat(ask(one, "SELECT 1")).isEqualTo("1 SELECT 1 I");
    }
  }
}

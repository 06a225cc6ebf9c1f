package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.sql.grammar.SqlParser.Outcome;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.Seeds;

/// The grammar against a real server, which parses every statement and runs none.
class GrammarServerIT {
  /// Of what the parser refuses: syntax error, feature not supported, windowing error.
  private static final Set<String> STATES = Set.of("42601", "0A000", "42P20");

  private static final int CHANGED = 3000;

  @TempDir static Path folder;

  private final SqlParser parser = new SqlParser();

  @Test
  void theServerReadsStatementsInTheSameWay() throws Exception {
    long seed = Seeds.first();
    try (RealServer server = RealServer.start(folder.resolve("pg"));
        RawClient client = new RawClient(server.port(), "trusty", 0)) {
      int major = Integer.parseInt(server.query("SHOW server_version_num")) / 10_000;
      List<byte[]> texts = new ArrayList<>(Statements.own());
      texts.addAll(Statements.changed(new Random(seed), CHANGED, major));
      List<String> problems = new ArrayList<>();
      int refused = 0;
      for (byte[] text : texts) {
        Answer answer = parse(client, text);
        Outcome outcome = parser.parse(GrammarTables.of(major), text, 0, text.length, true);
        boolean good =
            outcome == Outcome.ACCEPTED
                ? !Oracle.isSyntaxError(answer.message())
                    || answer.isForParameter()
                    || Oracle.isRefusedByAction(text, parser.tree())
                : answer.isOfParser();
        if (!good) {
          problems.add(outcome + ", but " + answer + ": " + Statements.show(text));
        }
        refused += outcome == Outcome.ACCEPTED ? 0 : 1;
      }
      assertThat(problems).as("-Drelevo.seed=" + seed).isEmpty();
      assertThat(refused).isBetween(100, texts.size() - 100);
    }
  }

  /// What the server says of a text.
  ///
  /// @param state SQLSTATE, "" when it is parsed and analysed
  private record Answer(String state, String message) {
    /// libpg_query takes parameters at more places.
    boolean isForParameter() {
      return message.startsWith("syntax error at or near \"$");
    }

    /// Whether it comes from the lexer, the grammar or its actions, not from what follows them.
    boolean isOfParser() {
      boolean after = message.startsWith("cannot insert multiple commands");
      return !after && (STATES.contains(state) || state.startsWith("22"));
    }
  }

  private static Answer parse(RawClient client, byte[] text) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(0);
    body.writeBytes(text);
    body.writeBytes(new byte[3]);
    client.send(RawClient.message('P', body.toByteArray()));
    client.send(RawClient.message('S', new byte[0]));
    for (RawClient.Message message : client.untilReady(1)) {
      if (message.tag() == 'E') {
        String fields = new String(message.content().toBytes(), StandardCharsets.UTF_8);
        return new Answer(field(fields, 'C'), field(fields, 'M'));
      }
    }
    return new Answer("", "");
  }

  private static String field(String fields, char tag) {
    int at = 0;
    while (fields.charAt(at) != tag) {
      at = fields.indexOf(0, at) + 1;
    }
    return fields.substring(at + 1, fields.indexOf(0, at)).replace('\n', ' ');
  }
}

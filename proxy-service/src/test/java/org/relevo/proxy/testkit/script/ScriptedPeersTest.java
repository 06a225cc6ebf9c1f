package org.relevo.proxy.testkit.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.testkit.Seeds;
import org.relevo.proxy.wire.FrontendMessages;

/// The scripted peers against each other: what is said of a proxy must hold without one.
class ScriptedPeersTest {
  private static final int RUNS = 500;

  @Test
  void aClientConnectedDirectlyGetsItsAnswers() {
    long first = Seeds.first();
    for (long seed = first; seed < first + RUNS; seed++) {
      Random random = new Random(seed);
      ScriptedBackend backend = new ScriptedBackend(1001);
      BackendSession server = backend.open();
      ClientProgram client = new ClientProgram(1, random, Features.SESSION, 20);
      try {
        for (int step = 0; step < 20_000 && client.end() == ClientProgram.End.NOT_YET; step++) {
          server.receive(piece(client.out(), random));
          client.receive(piece(server.out(), random));
        }
        assertThat(client.end()).isEqualTo(ClientProgram.End.COMPLETE);
      } catch (AssertionError e) {
        throw new AssertionError("-Drelevo.seed=" + seed, e);
      }
    }
  }

  /// The model against what PostgreSQL's manual says, where a mistake would hide a proxy's.
  @Test
  void theServerKeepsPostgresqlsRules() {
    assertThat(answers("Qset a.b = 'x'", "Qbegin", "Qset a.b = 'y'", "Qrollback", "Qshow a.b"))
        .isEqualTo("SET Z:I BEGIN Z:T SET Z:T ROLLBACK Z:I [x] SHOW Z:I");
    assertThat(answers("Qbegin", "Qselect fail('t')", "Qselect 't'", "Qcommit"))
        .isEqualTo("BEGIN Z:T !22012 Z:E !25P02 Z:E ROLLBACK Z:I");
    assertThat(answers("Ps\0select 't'\0\0\0", "Ps\0select 't'\0\0\0", "Ss", "S"))
        .isEqualTo("1 !42P05 Z:I Z:I");
    assertThat(answers("Qcopy t from stdin", "dx", "S", "c", "S")).isEqualTo("G N COPY 1 Z:I Z:I");
  }

  private static byte[] piece(ByteBuf from, Random random) {
    return ByteBufUtil.getBytes(from.readSlice(Math.min(from.readableBytes(), random.nextInt(90))));
  }

  /// The answers to messages given by tag and content, in a short form.
  private static String answers(String... messages) {
    BackendSession server = new ScriptedBackend(1001).open();
    ByteBuf packet = Unpooled.buffer();
    FrontendMessages.startup(packet, 0, Map.of("user", "a"));
    server.receive(ByteBufUtil.getBytes(packet));
    server.out().clear();
    for (String message : messages) {
      char tag = message.charAt(0);
      String body = message.substring(1);
      server.receive(Exchanges.message(tag, tag == 'Q' ? body + "\0" : body));
    }
    StringBuilder shown = new StringBuilder();
    ByteBuf out = server.out();
    while (out.isReadable()) {
      char tag = (char) out.readByte();
      String body = out.readSlice(out.readInt() - 4).toString(StandardCharsets.UTF_8);
      shown.append(
          switch (tag) {
            case 'Z' -> "Z:" + body + " ";
            case 'C' -> body.replace("\0", " ");
            case 'D' -> "[" + body.substring(6) + "] ";
            case 'E' -> "!" + body.replaceAll("(?s).*\0C(\\w+)\0.*", "$1") + " ";
            case 'T', 'S' -> "";
            default -> tag + " ";
          });
    }
    return shown.toString().strip();
  }
}

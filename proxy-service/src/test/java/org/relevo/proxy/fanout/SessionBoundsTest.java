package org.relevo.proxy.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.determinism.TableShape;
import org.relevo.proxy.determinism.WriteShape;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// What a session keeps and waits for has an end.
class SessionBoundsTest {
  @Test
  void carriedRowsAreTooManyPastTheRangeOfAnInt() {
    TableShape table =
        new TableShape(
            "t", 'r', false, List.of(TableShape.Column.of("id", "", "", "", "")), List.of(), false);
    WriteShape shape =
        new WriteShape(
            WriteShape.Action.INSERT,
            new QualifiedName("", "t"),
            "t",
            List.of(),
            false,
            false,
            List.of(),
            false,
            false,
            false,
            true);
    RowCarrier carrier =
        new RowCarrier(new Plan.Rows(shape, table, List.of()), new TextWork(), null);
    int large = 63 << 20;
    ByteBuffer row = ByteBuffer.allocate(2 + 4 + large + 4);
    row.putShort(0, (short) 2).putInt(2, large).putInt(6 + large, -1);
    Frame frame = new Frame(Tags.DATA_ROW, row.array());
    for (int i = 0; i < 40; i++) { // 2.5 GB
      carrier.fromMain(frame);
    }
    assertThat(carrier.tooMany()).isTrue();
    assertThat(carrier.isEmpty()).isTrue();
  }

  @Test
  void aNodeThatTakesNothingIsNotWaitedForEver() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    assertThatThrownBy(() -> new Inbox().awaitWritable(channel, 1_000_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has taken nothing");
    var _ = channel.close();
  }

  @Test
  void portalsAreCounted() throws Exception {
    ExtendedNames names = new ExtendedNames(null);
    SqlStatement select = SqlStatement.bare(StatementKind.SELECT, 0, 0, true);
    names.statements().put("", new Statement(new byte[0], new byte[0], new int[0], select));
    for (int i = 0; i < 600; i++) { // of one name: half a megabyte each, one is kept
      names.define(List.of(bind("p", 512 << 10)));
    }
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= FanoutLimits.MAX_NAMES; i++) {
                names.define(List.of(bind("p" + i, 0)));
              }
            })
        .isInstanceOf(WireException.class);
  }

  private static Frame bind(String name, int more) {
    byte[] begin = FactsDesk.bytes(name + "\0\0");
    return new Frame(Tags.BIND, java.util.Arrays.copyOf(begin, begin.length + 6 + more));
  }

  private static final class TextWork implements Work {
    @Override
    public SqlStatement statement() {
      return SqlStatement.bare(StatementKind.INSERT, 0, 0, false);
    }

    @Override
    public byte[] text() {
      return new byte[0];
    }

    @Override
    public String shown() {
      return "";
    }

    @Override
    public void forClient(NodeLink link, boolean main) {
      // nothing is sent
    }

    @Override
    public void forOther(NodeLink link) {
      // nothing is sent
    }

    @Override
    public boolean carriedInBinary() {
      return false;
    }

    @Override
    public boolean describes() {
      return false;
    }
  }
}

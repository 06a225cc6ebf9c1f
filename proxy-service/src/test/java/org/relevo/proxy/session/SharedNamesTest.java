package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;

class SharedNamesTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final StatementNames names = new StatementNames();

  @BeforeEach
  void twoStatements() {
    name("mine", 0);
    name("a rather long name of a statement", 12);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "statement \"relevo_0\" does not exist | statement \"mine\" does not exist",
        "relevo_0, relevo_12, relevo_0 | mine, a rather long name of a statement, mine",
        "relevo_12 | a rather long name of a statement",
        "relevo_13 is not this client's | relevo_13 is not this client's",
        "relevo_users does not exist | relevo_users does not exist",
        "relevo_ | relevo_",
        "relevo_0x and relevo_0_1 | relevo_0x and relevo_0_1",
        "my_relevo_0 | my_relevo_0",
        "relevo_99999999999999999999999 | relevo_99999999999999999999999",
        "relevorelevo_0 relevrelevo_ | relevorelevo_0 relevrelevo_",
        "nothing of the kind | nothing of the kind"
      })
  void aClientReadsItsOwnNames(String text, String expected) {
    assertThat(translated(text)).isEqualTo(expected);
  }

  @Test
  void aFrameWithoutNamesIsHandedOnItself() {
    ByteBuf frame = frame("division by zero");
    ByteBuf out = SharedNames.translate(frame, names, allocator);
    assertThat(out).isSameAs(frame);
    out.release();
  }

  @Test
  void whatGrowsIsBounded() {
    name("x".repeat(60_000), 7);
    String text = translated("relevo_7 ".repeat(1000));
    assertThat(text.length()).isLessThan(150_000);
    assertThat(text).startsWith("xxx").endsWith("relevo_7 ");
  }

  private String translated(String text) {
    ByteBuf out = SharedNames.translate(frame(text), names, allocator);
    assertThat(out.getInt(out.readerIndex() + 1)).isEqualTo(out.readableBytes() - 1);
    byte[] body = new byte[out.readableBytes() - 5];
    out.getBytes(out.readerIndex() + 5, body);
    out.release();
    return BackendError.read(body).message();
  }

  private ByteBuf frame(String text) {
    ByteBuf frame = allocator.buffer();
    BackendError.of("ERROR", "26000", text).writeTo(frame);
    return frame;
  }

  private void name(String name, long id) {
    names.put(
        name.getBytes(StandardCharsets.UTF_8),
        new SharedStatement(id, new byte[0], VarSet.EMPTY, 0));
  }
}

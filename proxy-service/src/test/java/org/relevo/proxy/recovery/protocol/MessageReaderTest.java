package org.relevo.proxy.recovery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  @Test
  void aRowIsReadWithItsNull() throws IOException {
    byte[] body = {0, 2, 0, 0, 0, 1, 'x', -1, -1, -1, -1};
    assertThat(read('D', body.length + 4, body))
        .isEqualTo(new ServerMessage.DataRow(List.of(Optional.of("x"), Optional.empty())));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void hostileLengthsAreRefusedBeforeAnythingIsAllocated(int length) {
    assertThatThrownBy(() -> read('d', length, new byte[8])).isInstanceOf(IOException.class);
  }

  @Test
  void everyCutOfARowIsAnErrorAndNothingElse() {
    byte[] row = {0, 1, 0, 0, 0, 3, 'a', 'b', 'c'};
    for (int cut = 0; cut < row.length; cut++) {
      byte[] part = java.util.Arrays.copyOf(row, cut);
      assertThatThrownBy(() -> read('D', part.length + 4, part)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void noiseNeverDoesMoreThanAnIoException() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      byte[] body = new byte[random.nextInt(60)];
      random.nextBytes(body);
      char tag = "RSTDCHdcZENKAIv?".charAt(random.nextInt(16));
      try {
        read(tag, body.length + 4, body);
      } catch (IOException _) {
        // What is expected of noise.
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + i + ", tag " + tag, e);
      }
    }
  }

  private static ServerMessage read(char tag, int length, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(tag);
    out.writeInt(length);
    out.write(body);
    return new MessageReader(new ByteArrayInputStream(bytes.toByteArray())).next();
  }
}

package org.relevo.proxy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.testkit.Seeds;

class StateCodecTest {
  private static final int ROUNDS = 2000;
  private static final Path SHAPE =
      Path.of(System.getProperty("relevo.root", ".."))
          .resolve("proxy-service/src/test/resources/org/relevo/proxy/consensus/shape.txt");

  private final long seed = Seeds.first();
  private final RandomValues values = new RandomValues(new Random(seed));

  @Test
  void commandsComeBackAsTheyWere() throws MalformedBytesException {
    for (int i = 0; i < ROUNDS; i++) {
      Command command = (Command) values.of(Command.class);
      byte[] bytes = StateCodec.encode(command);
      assertThat(StateCodec.command(bytes)).as("seed %d", seed).isEqualTo(command);
      assertThat(StateCodec.encode(StateCodec.command(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void statesComeBackAsTheyWere() throws MalformedBytesException {
    for (int i = 0; i < ROUNDS; i++) {
      ClusterState state = (ClusterState) values.of(ClusterState.class);
      byte[] bytes = StateCodec.encode(state);
      assertThat(StateCodec.state(bytes)).as("seed %d", seed).isEqualTo(state);
      assertThat(StateCodec.encode(StateCodec.state(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void everyBeginningIsRefused() {
    for (int i = 0; i < 50; i++) {
      byte[] bytes = StateCodec.encode((ClusterState) values.of(ClusterState.class));
      for (int length = 0; length < bytes.length; length++) {
        byte[] part = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> StateCodec.state(part))
            .as("seed %d", seed)
            .isInstanceOf(MalformedBytesException.class);
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThatThrownBy(() -> StateCodec.state(longer))
          .isInstanceOf(MalformedBytesException.class)
          .hasMessageContaining("too many");
    }
  }

  @Test
  void hostileBytesAreRefusedOrAreAValue() {
    Random random = values.random();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = StateCodec.encode((Command) values.of(Command.class));
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        bytes[random.nextInt(1, bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(StateCodec.command(bytes)).isNotNull();
      } catch (MalformedBytesException _) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(1000);
  }

  @Test
  void anotherVersionIsRefusedByName() {
    byte[] bytes = StateCodec.encode(TestMachine.pause("why"));
    bytes[0]++;
    assertThatThrownBy(() -> StateCodec.command(bytes))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("version");
  }

  @Test
  void whatIsTooLongIsNotWritten() {
    String text = "x".repeat(ByteWriter.MOST_TEXT_BYTES + 1);
    assertThatThrownBy(() -> new ByteWriter(10_000).text(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4096");
    assertThatThrownBy(() -> StateCodec.command(new byte[StateCodec.MOST_COMMAND_BYTES + 1]))
        .isInstanceOf(MalformedBytesException.class);
  }

  /// Members of two versions run side by side: whoever changes a type raises the version and writes
  /// this file anew (-Drelevo.update=true).
  @Test
  void theBytesOfAVersionStayWhatTheyAre() throws IOException {
    if (Boolean.getBoolean("relevo.update")) {
      Files.writeString(SHAPE, StateCodec.shape());
    }
    assertThat(StateCodec.shape()).isEqualTo(Files.readString(SHAPE));
  }
}

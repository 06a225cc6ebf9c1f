package org.relevo.proxy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.testkit.LabServer;

class ControlFileIT {
  @TempDir Path folder;

  @Test
  void itSaysWhatTheServerSays() throws Exception {
    try (LabServer server = LabServer.primary(folder, "pg", Map.of())) {
      server.execute("CHECKPOINT");
      ControlFile running = ControlFile.read(server.data());
      assertThat(running.state()).isEqualTo(ControlFile.State.IN_PRODUCTION);
      assertThat(
              "%s %s %s %d"
                  .formatted(
                      running.systemIdentifier(),
                      running.checkpoint(),
                      running.redo(),
                      running.timeline()))
          .isEqualTo(
              server.ask(
                  "SELECT concat_ws(' ', (SELECT system_identifier FROM pg_control_system()),"
                      + " checkpoint_lsn, redo_lsn, timeline_id) FROM pg_control_checkpoint()"));
      server.stop();
      ControlFile stopped = ControlFile.read(server.data());
      assertThat(stopped.state()).isEqualTo(ControlFile.State.SHUT_DOWN);
      assertThat(stopped.checkpoint()).isGreaterThan(running.checkpoint());
      everyDamageIsSeen(server.data());
    }
  }

  private void everyDamageIsSeen(Path data) throws IOException {
    byte[] content = Files.readAllBytes(data.resolve("global/pg_control"));
    for (int at = 0; at < 288; at++) {
      byte[] damaged = content.clone();
      damaged[at] ^= 1;
      assertThatThrownBy(() -> ControlFile.parse(damaged))
          .as("byte " + at)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int length : new int[] {0, 8, 100, 290}) {
      byte[] cut = java.util.Arrays.copyOf(content, length);
      assertThatThrownBy(() -> ControlFile.parse(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ControlFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pg_control");
  }
}

package org.relevo.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;

/// Against an agent that writes down what it is asked.
class FenceTest {
  private static final BackendId VICTIM = new BackendId(1);

  @TempDir Path folder;
  private final List<String> events = new ArrayList<>();

  @Test
  void offMustBeSaidAfterwards() throws Exception {
    fence("echo 'Status: OFF'; exit 2").off(VICTIM);
    assertThat(Files.readAllLines(folder.resolve("asked")))
        .containsExactly(
            "--ip=bmc-db1 --action=off --plug=pg1",
            "action=off",
            "port=pg1",
            "nodename=pg1",
            "host=db1",
            "--ip=bmc-db1 --action=status --plug=pg1",
            "action=status",
            "port=pg1",
            "nodename=pg1",
            "host=db1");
    assertThat(events).containsExactly("agent.fenced");
  }

  @Test
  void whatStaysOnIsNotFenced() throws Exception {
    Fence fence = fence("echo 'Status: ON'");
    assertThatThrownBy(() -> fence.off(VICTIM))
        .isInstanceOf(ActionFailure.class)
        .hasMessageContaining("Status: ON");
    Fence failing = fence("exit 1");
    assertThatThrownBy(() -> failing.off(VICTIM)).hasMessageContaining("exit code 1");
    assertThat(events).isEmpty();
  }

  @Test
  void withoutACommandNothingIsFenced() throws Exception {
    Fence none = new Fence(settings(""), (level, name, text) -> events.add(name));
    assertThatThrownBy(() -> none.off(VICTIM)).hasMessageContaining("fence_command");
  }

  private Fence fence(String answer) throws Exception {
    Path script = folder.resolve("fence");
    String text =
        """
        #!/bin/sh
        echo "$*" >> asked
        cat >> asked
        case "$*" in *=off*) %s;; *) %s;; esac
        """
            .replace("asked", folder.resolve("asked").toString())
            .formatted(answer.startsWith("exit 1") ? "exit 1" : "exit 0", answer);
    Files.writeString(script, text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Fence(settings(script + " --ip=bmc-%h"), (level, name, event) -> events.add(name));
  }

  private AgentSettings settings(String command) {
    NodeSettings own = node(0);
    return new AgentSettings(
        own,
        List.of(own, node(1)),
        new PgBinaries(folder, "18.0"),
        "replicator",
        () -> "",
        folder,
        true,
        () -> command,
        AgentLimits.DEFAULT);
  }

  private NodeSettings node(int id) {
    return new NodeSettings(
        new BackendId(id),
        "pg" + id,
        "db" + id,
        5432,
        Optional.of(folder),
        Optional.empty(),
        "postgres",
        "postgres",
        () -> "");
  }
}

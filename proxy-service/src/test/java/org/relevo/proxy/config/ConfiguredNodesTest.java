package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfiguredNodesTest {
  private static final Surroundings AROUND =
      new Surroundings("box", "dba", Path.of("/home/dba"), Map.of());

  @TempDir Path folder;

  @Test
  void noServerAtAllIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("relevo.conf"), "port = 9999\n");
    assertThatThrownBy(() -> ProxyConfig.load(file, AROUND))
        .hasMessage(
            file + ": backend_hostname0: no server is configured; add backend_hostname0 = 'host'");
  }

  @Test
  void aFolderIsThatOfASocket() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("relevo.conf"), "backend_hostname0 = '/var/run/postgresql'\n");
    assertThat(ProxyConfig.load(file, AROUND).backends())
        .singleElement()
        .satisfies(node -> assertThat(node.host()).isEqualTo("/var/run/postgresql"));
    Files.writeString(file, "backend_hostname0 = '/" + "x".repeat(100) + "'\n");
    assertThatThrownBy(() -> ProxyConfig.load(file, AROUND))
        .hasMessageContaining("longer than the system allows");
  }

  @Test
  void twoNodesOnOneServerAreAProblem() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("relevo.conf"),
            "backend_hostname0 = 'db1'\nbackend_hostname1 = 'db1'\n");
    assertThatThrownBy(() -> ProxyConfig.load(file, AROUND))
        .hasMessageContaining(":2: backend_hostname1: db1:5432 is node0 already");
  }
}

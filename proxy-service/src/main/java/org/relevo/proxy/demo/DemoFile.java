package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `demo.json`: what runs where, true at all times and replaced as a whole. It holds the load
/// role's password, so only its owner may read it.
///
/// Owner: the thread that keeps it true; [#remove] is called after that thread ended.
final class DemoFile {
  /// The whole file; names are an outside contract.
  record Content(
      String mode,
      String user,
      String password,
      String database,
      String credentialsFile,
      String pcpUser,
      String pcpPassFile,
      List<Proxy> proxies,
      List<Node> nodes) {
    Content {
      proxies = List.copyOf(proxies);
      nodes = List.copyOf(nodes);
    }

    @Override
    public String toString() {
      return "Content[" + proxies + ", " + nodes + "]";
    }
  }

  /// One service. Ports that this version does not open are 0.
  record Proxy(int id, String host, int port, int pcpPort, int jmxPort, int httpPort, long pid) {}

  /// One PostgreSQL server.
  record Node(int id, String host, int port, String dataDir, String role, String status) {}

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path file;
  private Content written = new Content("", "", "", "", "", "", "", List.of(), List.of());

  DemoFile(Path file) {
    this.file = file;
  }

  /// Writes the file when it would change.
  void write(Content content) throws IOException {
    if (content.equals(written)) {
      return;
    }
    // A fresh temporary file has mode 0600; the move keeps it.
    Path partial = Files.createTempFile(file.getParent(), ".demo-", ".json");
    try {
      JSON.writeValue(partial.toFile(), content);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
    written = content;
  }

  void remove() throws IOException {
    Files.deleteIfExists(file);
  }
}

package org.relevo.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.relevo.app.remote.ConnectRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The credentials file that a service writes at its first start.
final class Credentials {
  private Credentials() {}

  /// @throws IOException naming the file and what is wrong with it
  static ConnectRequest read(Path file) throws IOException {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IOException("cannot read the credentials file " + file, e);
    }
    String host = root.path("host").asString("");
    int port = root.path("port").asInt(0);
    String user = root.path("user").asString("");
    String certificate = root.path("certificate").asString("");
    if (host.isEmpty() || port < 1 || port > 65_535 || user.isEmpty()) {
      throw new IOException(
          file + " needs host, port (1 to 65535), user and password; start the service once");
    }
    return new ConnectRequest(
        host,
        port,
        user,
        root.path("password").asString(""),
        certificate.isEmpty() ? Optional.empty() : Optional.of(Path.of(certificate)),
        Optional.empty(),
        Optional.empty());
  }
}

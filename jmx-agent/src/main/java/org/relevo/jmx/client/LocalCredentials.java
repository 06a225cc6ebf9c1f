package org.relevo.jmx.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The file that a service writes for tools that may read its private directory: where it listens,
/// an administrator's log-in, and the certificate to expect.
///
/// @param certificate path of a PEM file, relative to the file that names it
public record LocalCredentials(
    String host, int port, String user, String password, String certificate) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// @throws IOException naming the file when it cannot be read or understood
  public static LocalCredentials read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException("no credentials file " + file + "; has the service been started?");
    }
    try {
      LocalCredentials found = JSON.readValue(Files.readString(file), LocalCredentials.class);
      String pem = found.certificate();
      if (found.host() == null || found.user() == null || pem == null || found.port() < 1) {
        throw new IOException(file + " lacks host, port, user or certificate");
      }
      return new LocalCredentials(
          found.host(),
          found.port(),
          found.user(),
          found.password() == null ? "" : found.password(),
          file.toAbsolutePath().resolveSibling(pem).toString());
    } catch (JacksonException e) {
      throw new IOException(file + " is not a credentials file: " + e.getOriginalMessage(), e);
    }
  }

  /// Where the service listens and which certificate it must show.
  public Endpoint endpoint() throws IOException {
    return Endpoint.direct(host, port, Trust.pem(Path.of(certificate)));
  }

  /// Opens a connection.
  ///
  /// @throws IOException when the certificate cannot be read
  /// @throws JmxException when the service cannot be reached or refuses
  public JmxConnection open(Duration limit, Duration callLimit) throws IOException {
    return JmxConnection.open(endpoint(), new Login(user, password), limit, callLimit);
  }

  /// Without the password.
  @Override
  public String toString() {
    return user + "@" + host + ":" + port;
  }
}

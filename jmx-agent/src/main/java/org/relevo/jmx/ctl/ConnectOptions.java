package org.relevo.jmx.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.LocalCredentials;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.Trust;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which service to talk to, and as whom.
final class ConnectOptions {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(15);
  private static final int DEFAULT_PORT = 9899;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Option(
      scope = ScopeType.INHERIT,
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory of a service or demo on this machine.")
  @Nullable Path data;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--connect",
      paramLabel = "HOST[:PORT]",
      description = "Management address.")
  @Nullable String connect;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--user",
      paramLabel = "U",
      description = "Management user.")
  @Nullable String user;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--password-file",
      paramLabel = "F",
      description = "File whose first line is the password.")
  @Nullable Path passwordFile;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--certificate",
      paramLabel = "PEM",
      description = "The service's certificate.pem.")
  @Nullable Path certificate;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--fingerprint",
      paramLabel = "SHA256",
      description = "The certificate's SHA-256, instead of --certificate.")
  @Nullable String fingerprint;

  private record Target(Endpoint endpoint, Login login) {}

  JmxConnection open() throws IOException {
    Target target = target();
    return JmxConnection.open(target.endpoint(), target.login(), CONNECT_LIMIT, CALL_LIMIT);
  }

  private Target target() throws IOException {
    Path dir = data;
    String address = connect;
    if ((dir == null) == (address == null)) {
      throw badArguments(
          "give either --data DIR or --connect HOST:PORT --user U --password-file F");
    }
    return dir == null ? named(String.valueOf(address)) : found(dir);
  }

  private Target named(String address) throws IOException {
    String login = user;
    Path secret = passwordFile;
    if (login == null || secret == null) {
      throw badArguments("--connect needs --user U and --password-file F");
    }
    String host = address;
    int port = DEFAULT_PORT;
    int colon = address.lastIndexOf(':');
    // A bare IPv6 address has several colons and no port.
    if (colon >= 0 && (address.indexOf(':') == colon || address.startsWith("["))) {
      host = address.substring(0, colon);
      port = parsePort(address, address.substring(colon + 1));
    }
    host = host.replaceAll("^\\[|]$", "");
    if (host.isBlank()) {
      throw badArguments("--connect \"" + address + "\" names no host");
    }
    return new Target(Endpoint.direct(host, port, trust()), new Login(login, firstLine(secret)));
  }

  private static int parsePort(String address, String text) {
    if (!text.matches("\\d{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 65_535) {
      throw badArguments("--connect \"" + address + "\": the port must be 1 to 65535");
    }
    return Integer.parseInt(text);
  }

  private Trust trust() throws IOException {
    Path pem = certificate;
    String pinned = fingerprint;
    if (pem != null) {
      return Trust.pem(existing(pem));
    }
    return pinned == null ? new Trust.Nothing() : new Trust.Fingerprint(pinned);
  }

  private Target found(Path dir) throws IOException {
    Path demo = dir.resolve("demo.json");
    Path file = dir.resolve("jmx").resolve("credentials.json");
    if (Files.exists(demo)) {
      String named = read(demo).path("credentialsFile").asString("");
      if (named.isEmpty()) {
        throw badArguments(demo + " names no credentialsFile");
      }
      file = dir.resolve(named);
    }
    LocalCredentials local;
    try {
      local = LocalCredentials.read(file);
    } catch (IOException e) {
      throw badArguments(String.valueOf(e.getMessage()));
    }
    String login = user;
    Path secret = passwordFile;
    return new Target(
        local.endpoint(),
        login != null && secret != null
            ? new Login(login, firstLine(secret))
            : new Login(local.user(), local.password()));
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(Files.readString(existing(file), StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw badArguments(file + " is not JSON: " + e.getOriginalMessage());
    }
  }

  private static String firstLine(Path file) throws IOException {
    return Files.readString(existing(file), StandardCharsets.UTF_8)
        .lines()
        .findFirst()
        .orElseThrow(() -> badArguments(file + " is empty, it should hold the password"))
        .strip();
  }

  private static Path existing(Path file) {
    if (!Files.isReadable(file)) {
      throw badArguments("cannot read " + file + (Files.exists(file) ? "" : ": no such file"));
    }
    return file;
  }

  private static CtlException badArguments(String message) {
    return new CtlException(ExitCode.BAD_ARGUMENTS, message);
  }
}

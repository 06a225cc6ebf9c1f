package org.relevo.jmx.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.relevo.jmx.contract.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The connector's private directory:
///
/// ```
/// keystore.p12       key and self-signed certificate
/// keystore.password  its password
/// certificate.pem    what clients trust
/// password           users, roles, hashes
/// ROLE.password      a first password per role; may be deleted
/// credentials.json   address and admin log-in for tools on this machine; may be deleted
/// ```
///
/// Owner: the thread that starts the connector.
final class CredentialStore {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialStore.class);
  private static final int PASSWORD_BYTES = 24;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path directory;
  private final Optional<CertificateFiles> given;
  private final SecureRandom random = new SecureRandom();

  /// @param given a certificate in place of the self-signed one
  CredentialStore(Path directory, Optional<CertificateFiles> given) {
    this.directory = directory;
    this.given = given;
  }

  Path certificateFile() {
    return directory.resolve("certificate.pem");
  }

  Path passwordFile() {
    return directory.resolve("password");
  }

  Path credentialsFile() {
    return directory.resolve("credentials.json");
  }

  private Path keyStoreFile() {
    return directory.resolve("keystore.p12");
  }

  private Path keyStorePasswordFile() {
    return directory.resolve("keystore.password");
  }

  /// Makes what is missing. A key store that is there is never replaced: clients pin it.
  ///
  /// @param hosts names and addresses that clients use
  void prepare(List<String> hosts) throws IOException, InterruptedException {
    PrivateFiles.makeDirectory(directory);
    if (given.isEmpty() && !Files.exists(keyStoreFile())) {
      String password = randomPassword();
      PrivateFiles.write(keyStorePasswordFile(), password + "\n");
      Path fresh = directory.resolve("keystore.p12.new");
      Files.deleteIfExists(fresh);
      SelfSignedCertificate.make(fresh, password, hosts);
      PrivateFiles.tighten(fresh);
      Files.move(fresh, keyStoreFile());
      LOG.info("jmx.certificate.made file={} hosts={}", keyStoreFile(), hosts);
    }
    if (!Files.exists(passwordFile())) {
      makeUsers();
    }
  }

  /// Tells tools on this machine where the connector is. Keeps the log-in; once the file was
  /// deleted it is not made again.
  void publishAddress(String host, int port) throws IOException {
    if (!Files.exists(credentialsFile())) {
      return;
    }
    PrivateFiles.requirePrivate(credentialsFile());
    try {
      JsonNode old = JSON.readTree(Files.readString(credentialsFile(), StandardCharsets.UTF_8));
      writeCredentials(
          host, port, old.path("user").asString(""), old.path("password").asString(""));
    } catch (JacksonException e) {
      throw new IOException(
          credentialsFile()
              + " is not JSON: delete it, and "
              + passwordFile()
              + " to get new users",
          e);
    }
  }

  /// Key and certificate to show, not loaded yet.
  ServedCertificate certificate() {
    return new ServedCertificate(given, keyStoreFile(), keyStorePasswordFile(), certificateFile());
  }

  private void makeUsers() throws IOException {
    StringBuilder users = new StringBuilder("# user:role:hash; roles monitor, operator, admin\n");
    for (Role role : Role.values()) {
      String user = role.name().toLowerCase(Locale.ROOT);
      String password = randomPassword();
      PrivateFiles.write(directory.resolve(user + ".password"), password + "\n");
      if (role == Role.ADMIN) {
        writeCredentials("", 0, user, password);
      }
      users.append(PasswordFile.line(user, role, password, random)).append('\n');
    }
    PrivateFiles.write(passwordFile(), users.toString());
    LOG.info("jmx.users.made file={}", passwordFile());
  }

  private void writeCredentials(String host, int port, String user, String password)
      throws IOException {
    ObjectNode content = JSON.createObjectNode();
    content.put("host", host);
    content.put("port", port);
    content.put("user", user);
    content.put("password", password);
    content.put("certificate", certificateFile().toAbsolutePath().toString());
    PrivateFiles.write(
        credentialsFile(),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
  }

  private String randomPassword() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

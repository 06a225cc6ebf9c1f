package org.relevo.jmx.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
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
  private final SecureRandom random = new SecureRandom();

  CredentialStore(Path directory) {
    this.directory = directory;
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
    if (!Files.exists(keyStoreFile())) {
      String password = randomPassword();
      PrivateFiles.write(keyStorePasswordFile(), password + "\n");
      Path fresh = directory.resolve("keystore.p12.new");
      Files.deleteIfExists(fresh);
      SelfSignedCertificate.make(fresh, password, hosts);
      PrivateFiles.tighten(fresh);
      Files.move(fresh, keyStoreFile());
      LOG.info("jmx.certificate.made file={} hosts={}", keyStoreFile(), hosts);
    }
    writeCertificate();
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

  /// @throws IOException when the key store cannot be read
  SSLContext tlsContext() throws IOException {
    PrivateFiles.requirePrivate(keyStoreFile());
    char[] password = keyStorePassword();
    try {
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(loadKeyStore(password), password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the key in " + keyStoreFile() + ": " + e.getMessage(), e);
    }
  }

  private void writeCertificate() throws IOException {
    try {
      Certificate certificate =
          loadKeyStore(keyStorePassword()).getCertificate(SelfSignedCertificate.ALIAS);
      if (certificate == null) {
        throw new IOException(
            keyStoreFile() + " has no entry \"" + SelfSignedCertificate.ALIAS + "\"");
      }
      String pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(certificate.getEncoded())
              + "\n-----END CERTIFICATE-----\n";
      PrivateFiles.write(certificateFile(), pem);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read " + keyStoreFile() + ": " + e.getMessage(), e);
    }
  }

  private KeyStore loadKeyStore(char[] password) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStoreFile())) {
      store.load(in, password);
    }
    return store;
  }

  private char[] keyStorePassword() throws IOException {
    PrivateFiles.requirePrivate(keyStorePasswordFile());
    return Files.readString(keyStorePasswordFile(), StandardCharsets.UTF_8).strip().toCharArray();
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

package org.relevo.jmx.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Key and certificate of new connections: the administrator's files, or the key store that the
/// service made. Files may be replaced at any time; [#changed] tells.
///
/// Owner: the connector's thread that looks after it.
final class ServedCertificate {
  private final Optional<CertificateFiles> given;
  private final Path keyStore;
  private final Path keyStorePassword;
  private final Path published;
  private String seen = "";

  /// @param published where clients of this machine find what to trust
  ServedCertificate(
      Optional<CertificateFiles> given, Path keyStore, Path keyStorePassword, Path published) {
    this.given = given;
    this.keyStore = keyStore;
    this.keyStorePassword = keyStorePassword;
    this.published = published;
  }

  /// Whether a file is another one than when it was last loaded.
  boolean changed() throws IOException {
    return !seen.equals(stamp());
  }

  /// Loads what there is now and publishes the certificate.
  ///
  /// @throws IOException naming the file that cannot be used; what was loaded before stays good
  SSLContext load() throws IOException {
    // Whatever comes of it: one mistake is told once, until it is another file.
    seen = stamp();
    try {
      char[] password = password();
      KeyStore store = given.isPresent() ? given.get().keyStore(password) : own(password);
      Certificate certificate = store.getCertificate(SelfSignedCertificate.ALIAS);
      if (certificate == null) {
        throw new IOException(keyStore + " has no entry \"" + SelfSignedCertificate.ALIAS + "\"");
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, new SecureRandom());
      PrivateFiles.write(
          published,
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'})
                  .encodeToString(certificate.getEncoded())
              + "\n-----END CERTIFICATE-----\n");
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the key in " + file() + ": " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new IOException(e.getFile() + " is missing", e);
    }
  }

  /// The file that holds it.
  Path file() {
    return given.map(CertificateFiles::certificate).orElse(keyStore);
  }

  private KeyStore own(char[] password) throws IOException, GeneralSecurityException {
    PrivateFiles.requirePrivate(keyStore);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      store.load(in, password);
    } catch (IOException e) {
      throw new IOException("cannot read " + keyStore + ": " + e.getMessage(), e);
    }
    return store;
  }

  private char[] password() throws IOException {
    if (given.isPresent()) {
      return new char[0]; // the store is in memory only
    }
    PrivateFiles.requirePrivate(keyStorePassword);
    return Files.readString(keyStorePassword, StandardCharsets.UTF_8).strip().toCharArray();
  }

  private String stamp() throws IOException {
    return given.isPresent()
        ? stamp(given.get().certificate()) + stamp(given.get().key())
        : stamp(keyStore) + stamp(keyStorePassword);
  }

  private static String stamp(Path file) throws IOException {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return is.lastModifiedTime() + "/" + is.size() + "/" + is.fileKey() + " ";
    } catch (NoSuchFileException _) {
      return "missing ";
    }
  }
}

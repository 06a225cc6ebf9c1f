package org.relevo.proxy.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;

/// What the JDBC driver has to be told of a key, which it reads as RSA otherwise.
///
/// Owner: the thread that logs in.
final class DriverKey {
  private static final String READABLE = "-----BEGIN PRIVATE KEY-----";
  private static final long MAX_BYTES = 1 << 20;

  private DriverKey() {}

  /// @return algorithm of the pair; empty when the driver cannot read the key, which must not end
  ///   connections to servers that ask for no certificate
  static Optional<String> algorithm(TlsSettings.Pair files) {
    try {
      if (Files.size(files.key()) > MAX_BYTES
          || Files.size(files.certificate()) > MAX_BYTES
          || !Files.readString(files.key()).contains(READABLE)) {
        return Optional.empty();
      }
      byte[] certificate = Files.readAllBytes(files.certificate());
      return Optional.of(
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certificate))
              .getPublicKey()
              .getAlgorithm());
    } catch (IOException | CertificateException _) {
      return Optional.empty();
    }
  }
}

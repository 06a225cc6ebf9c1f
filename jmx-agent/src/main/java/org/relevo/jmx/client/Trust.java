package org.relevo.jmx.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Locale;

/// Which certificate a service must show. Exactly this one is accepted, whatever its names or
/// dates.
public sealed interface Trust {
  /// The SHA-256 of the certificate, as 64 hexadecimal digits with or without colons.
  record Fingerprint(String sha256) implements Trust {
    public Fingerprint {
      sha256 = sha256.replaceAll("[:\\s]", "").toLowerCase(Locale.ROOT);
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException(
            "a SHA-256 fingerprint has 64 hexadecimal digits, this has " + sha256.length());
      }
    }
  }

  /// Nothing is trusted yet: connecting fails with the service's fingerprint, to be confirmed by a
  /// person.
  record Nothing() implements Trust {}

  /// @throws IOException naming the file when it holds no certificate
  static Trust pem(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      return new Fingerprint(fingerprintOf(certificate));
    } catch (CertificateException e) {
      throw new IOException(file + " holds no certificate in PEM form", e);
    }
  }

  /// 64 small hexadecimal digits.
  static String fingerprintOf(Certificate certificate) throws CertificateEncodingException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the run time lacks SHA-256", e);
    }
  }
}

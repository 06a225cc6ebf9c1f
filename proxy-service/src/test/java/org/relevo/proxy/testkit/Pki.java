package org.relevo.proxy.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority of a test and what it issues. Owner: the test.
public final class Pki {
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final X500Name name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /// @param certificate issued for `keys`
  public record Issued(X509Certificate certificate, KeyPair keys) {
    public Path writeCertificate(Path file) throws IOException {
      return write(file, certificate);
    }

    /// In PKCS#8, as `openssl genpkey` writes it, private.
    public Path writeKey(Path file) throws IOException {
      write(file, new org.bouncycastle.openssl.jcajce.JcaPKCS8Generator(keys.getPrivate(), null));
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  public Pki(String commonName) throws GeneralSecurityException {
    name = new X500Name("CN=" + commonName);
    keys = ecKeys();
    certificate = sign(name, keys, name, keys, null, Instant.now().plus(Duration.ofDays(1)), true);
  }

  public static KeyPair ecKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /// A certificate that is good until tomorrow.
  ///
  /// @param alternative DNS name or address that it is for; null for none
  public Issued issue(String commonName, String alternative) throws GeneralSecurityException {
    return issue(commonName, alternative, Instant.now().plus(Duration.ofDays(1)), ecKeys());
  }

  public Issued issue(String commonName, String alternative, Instant end, KeyPair subjectKeys)
      throws GeneralSecurityException {
    X500Name subject = new X500Name("CN=" + commonName);
    return new Issued(sign(subject, subjectKeys, name, keys, alternative, end, false), subjectKeys);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public Path writeAuthority(Path file) throws IOException {
    return write(file, certificate);
  }

  /// The list of what is revoked, good until tomorrow.
  public Path writeRevocations(Path file, X509Certificate... revoked)
      throws IOException, GeneralSecurityException {
    Instant now = Instant.now();
    X509v2CRLBuilder list =
        new X509v2CRLBuilder(name, Date.from(now.minusSeconds(60)))
            .setNextUpdate(Date.from(now.plus(Duration.ofDays(1))));
    for (X509Certificate one : revoked) {
      list.addCRLEntry(
          one.getSerialNumber(), Date.from(now.minusSeconds(30)), CRLReason.keyCompromise);
    }
    try {
      return write(
          file,
          list.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /// Any object that Bouncy Castle can write as PEM.
  public static Path write(Path file, Object... objects) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        if (object instanceof org.bouncycastle.util.io.pem.PemObjectGenerator generator) {
          pem.writeObject(generator);
        } else {
          pem.writeObject(new JcaMiscPEMGenerator(object));
        }
      }
    }
    return Files.writeString(file, text.toString());
  }

  private static X509Certificate sign(
      X500Name subject,
      KeyPair subjectKeys,
      X500Name issuer,
      KeyPair issuerKeys,
      String alternative,
      Instant end,
      boolean authority)
      throws GeneralSecurityException {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              BigInteger.valueOf(SERIAL.getAndIncrement()),
              Date.from(end.minus(Duration.ofDays(2))),
              Date.from(end),
              subject,
              subjectKeys.getPublic());
      if (authority) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      }
      if (alternative != null) {
        int kind =
            alternative.matches("[0-9.]+|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName;
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(kind, alternative)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}

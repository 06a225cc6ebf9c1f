package org.relevo.jmx.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate of the administrator's own, in place of the one that the service makes.
///
/// @param certificate PEM, the service's own first, then intermediate ones
/// @param key PEM (PKCS#8) without a pass phrase, for this account alone
public record CertificateFiles(Path certificate, Path key) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519", "Ed448");

  /// @return key and chain under [SelfSignedCertificate#ALIAS]
  /// @throws IOException naming setting and file
  KeyStore keyStore(char[] password) throws IOException, GeneralSecurityException {
    Certificate[] chain = chain();
    PrivateKey privateKey = privateKey();
    if (!belongs(privateKey, chain[0].getPublicKey())) {
      throw new IOException(
          "jmx_key " + key + " is not the key of the first certificate in jmx_cert " + certificate);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(SelfSignedCertificate.ALIAS, privateKey, password, chain);
    return store;
  }

  private static boolean belongs(PrivateKey mine, PublicKey shown) throws GeneralSecurityException {
    String algorithm =
        switch (mine.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> "EdDSA";
        };
    byte[] proof = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(mine);
    signature.update(proof);
    byte[] signed = signature.sign();
    try {
      signature.initVerify(shown);
      signature.update(proof);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException _) {
      return false; // a key of another kind
    }
  }

  private Certificate[] chain() throws IOException {
    try (var in = Files.newInputStream(certificate)) {
      Certificate[] chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException("jmx_cert " + certificate + " holds no certificate in PEM form");
      }
      return chain;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "jmx_cert " + certificate + " holds no certificate in PEM form: " + e.getMessage(), e);
    }
  }

  private PrivateKey privateKey() throws IOException {
    PrivateFiles.requirePrivate(key);
    Matcher matcher = KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw new IOException(
          "jmx_key "
              + key
              + " holds no BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt turns a key into that");
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw new IOException("jmx_key " + key + " is damaged: " + e.getMessage(), e);
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (InvalidKeySpecException _) {
        // A key of another algorithm: the next one.
      } catch (GeneralSecurityException e) {
        throw new IOException("jmx_key " + key + ": " + e.getMessage(), e);
      }
    }
    throw new IOException("jmx_key " + key + " is of none of " + String.join(", ", ALGORITHMS));
  }
}

package org.relevo.proxy.recovery.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding.
///
/// Owner: the thread that owns the connection; one exchange per object.
final class ScramSha256 {
  static final String MECHANISM = "SCRAM-SHA-256";

  /// A hostile server could otherwise keep us computing for hours.
  private static final int MAX_ITERATIONS = 10_000_000;

  private static final String GS2_HEADER = "n,,";

  private final String password;
  private final String clientNonce;
  private final String clientFirstBare;
  private byte[] serverSignature = new byte[0];

  ScramSha256(String password) {
    this(password, randomNonce());
  }

  ScramSha256(String password, String clientNonce) {
    this.password = Normalizer.normalize(password, Normalizer.Form.NFKC);
    this.clientNonce = clientNonce;
    // PostgreSQL takes the user name from the start-up message and ignores this one.
    this.clientFirstBare = "n=,r=" + clientNonce;
  }

  String clientFirst() {
    return GS2_HEADER + clientFirstBare;
  }

  String clientFinal(String serverFirst) throws IOException {
    Map<Character, String> attributes = attributes(serverFirst);
    String nonce = attributes.getOrDefault('r', "");
    int iterations = number(attributes.getOrDefault('i', ""));
    if (!nonce.startsWith(clientNonce) || nonce.length() == clientNonce.length()) {
      throw new IOException("the server's SCRAM answer is not for our request");
    }
    String withoutProof =
        "c=" + base64(GS2_HEADER.getBytes(StandardCharsets.UTF_8)) + ",r=" + nonce;
    byte[] message =
        (clientFirstBare + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] salted =
          salted(Base64.getDecoder().decode(attributes.getOrDefault('s', "")), iterations);
      byte[] clientKey = hmac(salted, "Client Key".getBytes(StandardCharsets.UTF_8));
      byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
      byte[] proof = hmac(storedKey, message);
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= clientKey[i];
      }
      serverSignature = hmac(hmac(salted, "Server Key".getBytes(StandardCharsets.UTF_8)), message);
      return withoutProof + ",p=" + base64(proof);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("cannot answer the server's SCRAM request: " + e.getMessage(), e);
    }
  }

  /// Checks that the server knows the password too.
  void verify(String serverFinal) throws IOException {
    byte[] given;
    try {
      given = Base64.getDecoder().decode(attributes(serverFinal).getOrDefault('v', ""));
    } catch (IllegalArgumentException e) {
      throw new IOException("the server's SCRAM signature is unreadable", e);
    }
    if (serverSignature.length == 0 || !MessageDigest.isEqual(given, serverSignature)) {
      throw new IOException("the server does not know the password: its SCRAM signature is wrong");
    }
  }

  private byte[] salted(byte[] salt, int iterations) throws GeneralSecurityException {
    PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } finally {
      key.clearPassword();
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private static Map<Character, String> attributes(String message) {
    Map<Character, String> attributes = new HashMap<>();
    for (String part : message.split(",", -1)) {
      if (part.length() >= 2 && part.charAt(1) == '=') {
        attributes.put(part.charAt(0), part.substring(2));
      }
    }
    return attributes;
  }

  private static int number(String iterations) throws IOException {
    if (!iterations.matches("\\d{1,8}")) {
      throw new IOException("the server's SCRAM iteration count is no number");
    }
    int number = Integer.parseInt(iterations);
    if (number < 1 || number > MAX_ITERATIONS) {
      throw new IOException("the server's SCRAM iteration count is out of range: " + number);
    }
    return number;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String randomNonce() {
    byte[] random = new byte[18];
    new SecureRandom().nextBytes(random);
    return base64(random);
  }
}

package org.relevo.jmx.server;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A salted PBKDF2 hash, written as `pbkdf2-sha512$iterations$salt$hash` with Base64 parts.
///
/// Owner: none, immutable.
final class PasswordHash {
  private static final String SCHEME = "pbkdf2-sha512";
  private static final String ALGORITHM = "PBKDF2WithHmacSHA512";

  /// Work for one check, about 50 ms on one core. The passwords that we make are random and need
  /// none; it protects those that people choose. Each hash carries its own count.
  static final int ITERATIONS = 60_000;

  private static final int MAX_ITERATIONS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final int iterations;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int iterations, byte[] salt, byte[] hash) {
    this.iterations = iterations;
    this.salt = salt;
    this.hash = hash;
  }

  static PasswordHash of(String password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new PasswordHash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
  }

  /// @throws IllegalArgumentException when the text is not a hash
  static PasswordHash parse(String text) {
    String[] parts = text.split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(SCHEME)) {
      throw new IllegalArgumentException("expected " + SCHEME + "$iterations$salt$hash");
    }
    int iterations = Integer.parseInt(parts[1]);
    if (iterations < 1000 || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException("iterations must be 1000 to " + MAX_ITERATIONS);
    }
    byte[] salt = Base64.getDecoder().decode(parts[2]);
    byte[] hash = Base64.getDecoder().decode(parts[3]);
    if (salt.length < 8 || hash.length != HASH_BYTES) {
      throw new IllegalArgumentException("salt or hash is too short");
    }
    return new PasswordHash(iterations, salt, hash);
  }

  /// Takes the same time whether and wherever it differs.
  boolean matches(String password) {
    return MessageDigest.isEqual(hash, derive(password, salt, iterations));
  }

  String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return SCHEME
        + "$"
        + iterations
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }

  @Override
  public String toString() {
    return SCHEME;
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BYTES * 8);
    try {
      return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the run time lacks " + ALGORITHM, e);
    } finally {
      spec.clearPassword();
    }
  }
}

package org.relevo.proxy.recovery;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 as the backup manifest writes it.
final class Checksums {
  private Checksums() {}

  static Running sha256() {
    return new Running();
  }

  static String sha256(byte[] bytes, int length) {
    Running running = new Running();
    running.update(bytes, length);
    return running.hex();
  }

  /// A checksum being computed. Owner: the thread that made it.
  static final class Running {
    private final MessageDigest digest;

    Running() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    void update(byte[] bytes, int length) {
      digest.update(bytes, 0, length);
    }

    String hex() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}

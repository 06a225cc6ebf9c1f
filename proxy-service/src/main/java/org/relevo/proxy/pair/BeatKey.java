package org.relevo.proxy.pair;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What both machines sign heartbeats with. Never shown.
public final class BeatKey {
  /// As many as are worth having.
  public static final int LEAST_BYTES = 16;

  static final int MAC_BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /// @throws IllegalArgumentException when it is too short
  public BeatKey(byte[] bytes) {
    if (bytes.length < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "a key has at least %d bytes, not %d".formatted(LEAST_BYTES, bytes.length));
    }
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  byte[] sign(byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "key";
  }
}

package org.relevo.proxy.auth.stored;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.relevo.proxy.config.Secret;

/// The key of `AES` entries in `pool_passwd`, as pgpool-II's `pg_enc` uses it: AES-256-CBC with key
/// and initialization vector from OpenSSL's EVP_BytesToKey (SHA-1, one round, no salt).
///
/// The scheme is a file format here and no choice of ours: equal passwords have equal entries.
final class PoolKey {
  private static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 16;

  private final byte[] key;
  private final byte[] iv;

  PoolKey(Secret text) {
    byte[] material = stretch(text.value().getBytes(StandardCharsets.UTF_8));
    key = Arrays.copyOf(material, KEY_BYTES);
    iv = Arrays.copyOfRange(material, KEY_BYTES, KEY_BYTES + IV_BYTES);
  }

  /// @param base64 what follows `AES`
  /// @return empty when it was not made with this key
  Optional<Secret> decrypt(String base64) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
      byte[] plain = cipher.doFinal(Base64.getDecoder().decode(base64));
      return Optional.of(new Secret(new String(plain, StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static byte[] stretch(byte[] text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] out = new byte[0];
      byte[] last = new byte[0];
      while (out.length < KEY_BYTES + IV_BYTES) {
        digest.update(last);
        last = digest.digest(text);
        int filled = out.length;
        out = Arrays.copyOf(out, filled + last.length);
        System.arraycopy(last, 0, out, filled, last.length);
      }
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-1", e);
    }
  }
}

package org.relevo.app.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals passwords with AES-GCM under a key of this machine. It keeps them out of backups and of
/// shoulder-surfed settings files; whoever may read the person's files may open them.
///
/// Owner: any thread; touches two small files.
public final class SecretStore {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Path keyFile;
  private final SecureRandom random = new SecureRandom();

  /// @param keyFile made at first use, mode 0600
  public SecretStore(Path keyFile) {
    this.keyFile = keyFile;
  }

  /// @param owner what the secret belongs to; opening needs the same
  public String seal(String owner, String secret) throws IOException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed =
        crypt(Cipher.ENCRYPT_MODE, owner, nonce, secret.getBytes(StandardCharsets.UTF_8));
    byte[] both = new byte[NONCE_BYTES + sealed.length];
    System.arraycopy(nonce, 0, both, 0, NONCE_BYTES);
    System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
    return Base64.getEncoder().encodeToString(both);
  }

  /// @return empty when it was sealed with another key or for another owner, or was changed
  public Optional<String> open(String owner, String sealed) {
    try {
      byte[] both = Base64.getDecoder().decode(sealed);
      if (both.length <= NONCE_BYTES) {
        return Optional.empty();
      }
      byte[] nonce = Arrays.copyOf(both, NONCE_BYTES);
      byte[] rest = Arrays.copyOfRange(both, NONCE_BYTES, both.length);
      return Optional.of(
          new String(crypt(Cipher.DECRYPT_MODE, owner, nonce, rest), StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException e) {
      // The person types the password again; there is nothing else to do with a strange secret.
      return Optional.empty();
    }
  }

  private byte[] crypt(int mode, String owner, byte[] nonce, byte[] input) throws IOException {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, new SecretKeySpec(key(), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the secrets key " + keyFile, e);
    }
  }

  private synchronized byte[] key() throws IOException {
    if (Files.exists(keyFile)) {
      byte[] key = Files.readAllBytes(keyFile);
      if (key.length == KEY_BYTES) {
        return key;
      }
      throw new IOException(keyFile + " is damaged: delete it and type the passwords again");
    }
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    PrivateFile.write(keyFile, key);
    return key;
  }
}

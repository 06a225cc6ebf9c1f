package org.relevo.proxy.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The computations of SCRAM-SHA-256 (RFC 5802, 7677). Only [#keys] and [#verifier] iterate; they
/// belong off the event loops.
public final class Scram {
  public static final String MECHANISM = "SCRAM-SHA-256";

  /// With channel binding.
  public static final String MECHANISM_PLUS = "SCRAM-SHA-256-PLUS";

  /// A hostile server could otherwise keep us computing for hours.
  public static final int MAX_ITERATIONS = 1_000_000;

  /// PostgreSQL's own count for new verifiers.
  public static final int DEFAULT_ITERATIONS = 4096;

  static final int KEY_BYTES = 32;
  private static final int SALT_BYTES = 16;

  private static final Pattern SERVER_FIRST =
      Pattern.compile("r=([!-+\\--~]{1,512}),s=([A-Za-z0-9+/=]{1,512}),i=(\\d{1,9})(?:,.*)?");

  private Scram() {}

  /// What a password is worth under one salt and one iteration count.
  public record Keys(ByteString clientKey, ByteString serverKey) {
    @Override
    public String toString() {
      return "Keys[****]";
    }
  }

  /// Derives the keys of a password; takes milliseconds and more.
  ///
  /// @param iterations 1 to [#MAX_ITERATIONS]
  public static Keys keys(String password, ByteString salt, int iterations) {
    byte[] salted = saltedPassword(SaslPrep.prepare(password), salt.shared(), iterations);
    return new Keys(
        ByteString.copyOf(hmac(salted, "Client Key")),
        ByteString.copyOf(hmac(salted, "Server Key")));
  }

  /// What a server stores of a password; takes milliseconds and more.
  public static ScramVerifier verifier(String password, ByteString salt, int iterations) {
    Keys keys = keys(password, salt, iterations);
    return new ScramVerifier(iterations, salt, storedKey(keys.clientKey()), keys.serverKey());
  }

  /// Whether a password is the one behind a verifier; takes milliseconds and more.
  public static boolean matches(ScramVerifier verifier, String password) {
    Keys keys = keys(password, verifier.salt(), verifier.iterations());
    return keys.serverKey().equals(verifier.serverKey());
  }

  /// A verifier that no password fits, with a salt that stays the same for a role.
  ///
  /// @param secret random; who does not know it cannot tell the salt from a true one
  public static ScramVerifier mockVerifier(ByteString secret, String role) {
    byte[] salt = hmac(secret.shared(), "salt " + role);
    return new ScramVerifier(
        DEFAULT_ITERATIONS,
        ByteString.copyOf(salt, 0, SALT_BYTES),
        ByteString.copyOf(hmac(secret.shared(), "stored key " + role)),
        ByteString.copyOf(hmac(secret.shared(), "server key " + role)));
  }

  static ByteString storedKey(ByteString clientKey) {
    return ByteString.copyOf(sha256(clientKey.shared()));
  }

  /// What the server's first message says.
  public record ServerFirst(String nonce, ByteString salt, int iterations) {
    /// Whether a key made for this verifier fits what the server asks for.
    public boolean fits(ScramVerifier verifier) {
      return iterations == verifier.iterations() && salt.equals(verifier.salt());
    }
  }

  /// @throws WireException when the message is none, or its nonce does not go on from the client's
  public static ServerFirst serverFirst(String message, String clientNonce) {
    Matcher matcher = SERVER_FIRST.matcher(message);
    if (!matcher.matches()
        || !matcher.group(1).startsWith(clientNonce)
        || matcher.group(1).length() == clientNonce.length()) {
      throw new WireException("SCRAM challenge that does not fit");
    }
    try {
      return new ServerFirst(
          matcher.group(1),
          ByteString.copyOf(Base64.getDecoder().decode(matcher.group(2))),
          Integer.parseInt(matcher.group(3)));
    } catch (IllegalArgumentException _) {
      throw new WireException("SCRAM challenge with a broken salt");
    }
  }

  /// The key behind an observed proof: ClientKey = ClientProof XOR HMAC(StoredKey, AuthMessage).
  ///
  /// @return empty when the proof was not made for this verifier
  public static Optional<ByteString> clientKey(
      ScramVerifier verifier, byte[] proof, String authMessage) {
    byte[] storedKey = verifier.storedKey().shared();
    if (proof.length != storedKey.length) {
      return Optional.empty();
    }
    byte[] key = xor(proof, hmac(storedKey, authMessage));
    return MessageDigest.isEqual(sha256(key), storedKey)
        ? Optional.of(ByteString.copyOf(key))
        : Optional.empty();
  }

  /// The proof of somebody who holds the key, in base64.
  public static String proof(ByteString clientKey, String authMessage) {
    byte[] key = clientKey.shared();
    byte[] signature = hmac(sha256(key), authMessage);
    return Base64.getEncoder().encodeToString(xor(key, signature));
  }

  /// What the server must answer if it holds the same verifier, in base64.
  public static String serverSignature(ByteString serverKey, String authMessage) {
    return Base64.getEncoder().encodeToString(hmac(serverKey.shared(), authMessage));
  }

  static byte[] hmac(byte[] key, String message) {
    return mac(key).doFinal(message.getBytes(StandardCharsets.UTF_8));
  }

  /// PBKDF2 with one block.
  private static byte[] saltedPassword(String password, byte[] salt, int iterations) {
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException("iteration count " + iterations);
    }
    Mac mac = mac(password.getBytes(StandardCharsets.UTF_8));
    mac.update(salt);
    byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] result = block.clone();
    try {
      for (int i = 1; i < iterations; i++) {
        mac.update(block);
        mac.doFinal(block, 0);
        for (int at = 0; at < result.length; at++) {
          result[at] ^= block[at];
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256 gives more than 32 bytes", e);
    }
    return result;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      // HMAC fills a key up with zeros, so that one zero is the empty key, which Java refuses.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }

  static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static byte[] xor(byte[] a, byte[] b) {
    byte[] out = new byte[a.length];
    for (int i = 0; i < a.length; i++) {
      out[i] = (byte) (a[i] ^ b[i]);
    }
    return out;
  }
}

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

/// SCRAM-SHA-256 (RFC 5802, 7677) seen from the side of one who has the verifier and a client's
/// proof, but never the password. Nothing here iterates, so a hostile iteration count costs
/// nothing.
public final class Scram {
  public static final String MECHANISM = "SCRAM-SHA-256";

  private static final Pattern SERVER_FIRST =
      Pattern.compile("r=([!-+\\--~]{1,512}),s=([A-Za-z0-9+/=]{1,512}),i=(\\d{1,9})(?:,.*)?");

  private Scram() {}

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
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
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

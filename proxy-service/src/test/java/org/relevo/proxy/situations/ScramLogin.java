package org.relevo.proxy.situations;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Scram;

/// A client's side of SCRAM-SHA-256. Keys are remembered: the suite logs in some thousand times.
final class ScramLogin {
  private static final Map<String, byte[]> SALTED = new ConcurrentHashMap<>();
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";

  private final String password;

  ScramLogin(String password) {
    this.password = password;
  }

  String first() {
    return "n,,n=,r=" + NONCE;
  }

  String last(String serverFirst) {
    String[] parts = serverFirst.split(",", 3);
    String withoutProof = "c=biws," + parts[0];
    byte[] salted =
        SALTED.computeIfAbsent(
            password + parts[1] + parts[2],
            _ -> salted(parts[1].substring(2), Integer.parseInt(parts[2].substring(2))));
    ByteString clientKey = ByteString.copyOf(clientKey(salted));
    String authMessage = "n=,r=" + NONCE + "," + serverFirst + "," + withoutProof;
    return withoutProof + ",p=" + Scram.proof(clientKey, authMessage);
  }

  private byte[] salted(String salt, int iterations) {
    try {
      PBEKeySpec spec =
          new PBEKeySpec(password.toCharArray(), Base64.getDecoder().decode(salt), iterations, 256);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] clientKey(byte[] salted) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(salted, "HmacSHA256"));
      return mac.doFinal("Client Key".getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// `pg_authid.rolpassword` of a role with an md5 password.
  static String md5(String user, String password) {
    try {
      byte[] text = (password + user).getBytes(StandardCharsets.UTF_8);
      return "md5" + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

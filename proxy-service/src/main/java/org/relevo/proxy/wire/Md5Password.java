package org.relevo.proxy.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/// PostgreSQL's md5 authentication.
public final class Md5Password {
  private Md5Password() {}

  /// Whether `pg_authid.rolpassword` holds an md5 hash.
  public static boolean isHash(String rolpassword) {
    return rolpassword.matches("md5[0-9a-f]{32}");
  }

  /// The answer to a challenge, made from the stored hash.
  ///
  /// @param rolpassword `md5` and 32 digits
  public static String answer(String rolpassword, byte[] salt) {
    byte[] hash = rolpassword.substring(3).getBytes(StandardCharsets.US_ASCII);
    byte[] salted = java.util.Arrays.copyOf(hash, hash.length + salt.length);
    System.arraycopy(salt, 0, salted, hash.length, salt.length);
    return "md5" + hex(salted);
  }

  /// What PostgreSQL stores for a role's password.
  public static String hash(String user, String password) {
    return "md5" + hex((password + user).getBytes(StandardCharsets.UTF_8));
  }

  // PostgreSQL's protocol asks for MD5 here; it is no choice of ours.
  private static String hex(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(data));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no MD5", e);
    }
  }
}

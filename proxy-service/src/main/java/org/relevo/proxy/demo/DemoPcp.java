package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The demonstration's user of PCP.
///
/// @param users `pcp.conf` of the services
/// @param passwords for `PCPPASSFILE` of the programs
record DemoPcp(Path users, Path passwords) {
  static final String USER = "pcpadmin";

  static DemoPcp make(Path folder, Secrets.Secret secret) throws IOException {
    Path users = folder.resolve("pcp.conf");
    Path passwords = folder.resolve("pcppass");
    write(users, USER + ":" + md5(secret.password()) + "\n");
    write(passwords, "*:*:" + USER + ":" + secret.password() + "\n");
    return new DemoPcp(users, passwords);
  }

  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  /// As `pcp.conf` prescribes it.
  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}

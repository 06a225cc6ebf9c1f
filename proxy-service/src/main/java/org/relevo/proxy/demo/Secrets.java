package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/// Passwords made for this demonstration only, each in a file that only its owner reads.
final class Secrets {
  private static final int BYTES = 18;

  private final SecureRandom random = new SecureRandom();
  private final Path folder;

  Secrets(Path folder) {
    this.folder = folder;
  }

  /// Makes a password for a role.
  Secret make(String role) throws IOException {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Path file = folder.resolve(role + ".password");
    Files.deleteIfExists(file);
    writePrivate(file, password + "\n");
    return new Secret(role, password, file);
  }

  static void writePrivate(Path file, String text) throws IOException {
    try (var channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(
          java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
  }

  /// A role's password and the file that holds it.
  record Secret(String role, String password, Path file) {
    @Override
    public String toString() {
      return "Secret[" + role + "]";
    }
  }
}

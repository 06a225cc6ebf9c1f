package org.relevo.proxy.consensus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What this member's storage is good for, kept in the file `standing` beside it.
///
/// A member that has lost its storage must not vote as if it never had any: what it once confirmed
/// might be lost. So the members that found a cluster are told from those that join one.
enum Standing {
  /// No storage.
  NONE,
  /// May vote for the first leader with an empty log.
  FOUNDER,
  /// Does not vote before the log says that it is a member.
  JOINING,
  /// Is or was a member; who votes is in the log.
  MEMBER;

  private static final String FILE = "standing";
  private static final int MOST_BYTES = 64;

  static Standing read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return NONE;
    }
    if (Files.size(file) <= MOST_BYTES) {
      String word = Files.readString(file, StandardCharsets.US_ASCII).strip();
      for (Standing each : values()) {
        if (each.word().equals(word)) {
          return each;
        }
      }
    }
    throw new IOException(
        "'%s' is damaged; move '%s' away, and this member joins anew".formatted(file, directory));
  }

  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    byte[] content = (word() + "\n").getBytes(StandardCharsets.US_ASCII);
    SnapshotFile.replace(directory.resolve(FILE), content);
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.relevo.proxy.pair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The claim of this machine on its disk, `<data_directory>/pair`, with the start of the system in
/// which it was written.
///
/// Owner: the thread of [PairKeeper].
final class PairFile {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern LINE =
      Pattern.compile("generation=(\\d{1,18}) standing=([a-z]+) boot=(\\S+)\\s*");
  private static final int MOST_BYTES = 200;

  /// In place of the start of the system; no start has this name.
  private static final String CONTESTED = "contested";

  private final Path file;

  PairFile(Path dataDirectory) {
    this.file = dataDirectory.resolve("pair");
  }

  /// @param sameBoot whether it was written since the system was started
  /// @param contested see [PairEffect.Contest]
  record Content(Claim claim, boolean sameBoot, boolean contested) {}

  /// @param stored whether there is a log; without one no claim is worth anything
  /// @throws IOException when it is there and cannot be understood
  Content read(boolean stored) throws IOException {
    if (!stored) {
      return new Content(Claim.NONE, false, false);
    } else if (!Files.exists(file)) {
      // Two members without this package before.
      return new Content(new Claim(1, Claim.Standing.PAIRED), false, false);
    }
    if (Files.size(file) <= MOST_BYTES) {
      Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (line.matches()) {
        for (Claim.Standing each : Claim.Standing.values()) {
          if (word(each).equals(line.group(2))) {
            Claim claim = new Claim(Long.parseLong(line.group(1)), each);
            String boot = line.group(3);
            return new Content(claim, boot.equals(boot()), boot.equals(CONTESTED));
          }
        }
      }
    }
    throw new IOException(
        "'"
            + file
            + "' is damaged; move it and the folder 'raft' away, and this"
            + " machine joins the other anew");
  }

  /// On the disk when it returns.
  ///
  /// @param contested see [PairEffect.Contest]
  void write(Claim claim, boolean contested) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path temporary = file.resolveSibling("pair.new");
    String text =
        "generation=%d standing=%s boot=%s%n"
            .formatted(claim.generation(), word(claim.standing()), contested ? CONTESTED : boot());
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static String word(Claim.Standing standing) {
    return standing.name().toLowerCase(Locale.ROOT);
  }

  /// Without one each start counts as one of the system.
  private static String boot() throws IOException {
    return Files.exists(BOOT)
        ? Files.readString(BOOT, StandardCharsets.US_ASCII).strip()
        : "unknown-" + ProcessHandle.current().pid();
  }
}

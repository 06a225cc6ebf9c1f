package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalLong;
import org.relevo.proxy.core.BackendId;

/// What an agent keeps on disk for one server, each file replaced as a whole and flushed:
///
/// ```text
/// <state>/agent/nodeN/promised-epoch   newest epoch that the agent acted under
/// <state>/agent/nodeN/promoting        while a promotion runs: the timeline that it is to take
/// <state>/agent/nodeN/archive          while restore_command is taken away: what it was
/// <state>/agent/nodeN/kept             while its guard lets it run on beyond the lease
/// <state>/agent/nodeN/life             start of the newest life in which the server took writes
/// <state>/agent/nodeN/rebuild          while the data directory is rewound or cloned: which
/// <state>/agent/nodeN/own-files/       the server's own settings meanwhile
/// <state>/agent/nodeN/diverged/        log that was given up by rewinding or cloning
/// ```
///
/// Owner: the agent of the server.
final class NodeFiles {
  /// How a data directory is being made anew.
  enum Rebuild {
    REWIND,
    CLONE,
    /// The copy is complete and takes the old directory's place.
    SWAP,
    /// Made, in its place, and not yet seen streaming.
    PLACED
  }

  private final Path folder;

  NodeFiles(Path stateDirectory, BackendId node) throws IOException {
    this.folder = stateDirectory.resolve("agent").resolve(node.toString());
    Files.createDirectories(folder);
  }

  Path folder() {
    return folder;
  }

  /// 0 when nothing was ever promised.
  long promisedEpoch() throws IOException {
    Optional<String> text = read("promised-epoch");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.get().matches("\\d{1,18}")) {
      throw new IOException(
          "%s is damaged: it must hold a number".formatted(folder.resolve("promised-epoch")));
    }
    return Long.parseLong(text.get());
  }

  /// From now on an older epoch is refused, also after a crash of the machine.
  ///
  /// @throws ActionFailure when a newer one was promised before
  void promise(long epoch) throws IOException, ActionFailure {
    long promised = promisedEpoch();
    if (epoch < promised) {
      throw new ActionFailure(
          "epoch %d is over: %d was promised already".formatted(epoch, promised));
    }
    if (epoch > promised) {
      write("promised-epoch", String.valueOf(epoch));
    }
  }

  /// The timeline of a promotion that was begun and has not been seen to end.
  OptionalLong promoting() throws IOException {
    Optional<String> text = read("promoting").filter(number -> number.matches("\\d{1,10}"));
    return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
  }

  void promoting(long timeline) throws IOException {
    write("promoting", String.valueOf(timeline));
  }

  void promoted() throws IOException {
    Files.deleteIfExists(folder.resolve("promoting"));
  }

  /// What is to come back; see [Archive].
  Optional<String> archive() throws IOException {
    return read("archive");
  }

  void archive(String noted) throws IOException {
    write("archive", noted);
  }

  void archiveIsBack() throws IOException {
    Files.deleteIfExists(folder.resolve("archive"));
  }

  boolean kept() {
    return Files.exists(folder.resolve("kept"));
  }

  void kept(boolean on) throws IOException {
    if (on) {
      write("kept", "");
    } else {
      Files.deleteIfExists(folder.resolve("kept"));
      force(folder, StandardOpenOption.READ);
    }
  }

  /// When the newest life of the server as a primary began, [org.relevo.proxy.core.ServerLife]; 0
  /// when that is not known for certain.
  long life() throws IOException {
    return read("life")
        .filter(number -> number.matches("\\d{1,18}"))
        .map(Long::parseLong)
        .orElse(0L);
  }

  void life(long startedUs) throws IOException {
    write("life", String.valueOf(startedUs));
  }

  /// Another one may begin at any time.
  void forgetLife() throws IOException {
    Files.deleteIfExists(folder.resolve("life"));
    force(folder, StandardOpenOption.READ);
  }

  Optional<Rebuild> rebuild() throws IOException {
    return read("rebuild").map(Rebuild::valueOf);
  }

  void rebuilding(Rebuild how) throws IOException {
    write("rebuild", how.name());
  }

  void rebuilt() throws IOException {
    Files.deleteIfExists(folder.resolve("rebuild"));
    force(folder, StandardOpenOption.READ);
  }

  private Optional<String> read(String name) throws IOException {
    try {
      return Optional.of(Files.readString(folder.resolve(name)).strip());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private void write(String name, String content) throws IOException {
    Path next = folder.resolve(name + ".new");
    Files.deleteIfExists(next);
    // A command may hold what only the server's owner is to see.
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(next, content + "\n", StandardCharsets.UTF_8);
    force(next, StandardOpenOption.WRITE);
    Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    force(folder, StandardOpenOption.READ);
  }

  private static void force(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}

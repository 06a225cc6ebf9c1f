package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.core.Lsn;

/// The history files of timelines in a server's `pg_wal`.
///
/// A promotion takes the number after the last one that has a file, counted upwards from its own
/// without a gap (`findNewestTimeLine` in `src/backend/access/transam/timeline.c`, PostgreSQL 13 to
/// 18), so that empty files choose it. They stay, because a standby that comes from an older
/// timeline asks for each file in between. But a start as a standby takes the last one as its
/// target, and an empty one leads nowhere: there they go first.
///
/// Owner: the running action's thread.
final class Histories {
  /// More than any cluster sees between two promotions of a server.
  private static final int MOST_MADE = 10_000;

  private final Path folder;

  Histories(Path data) {
    this.folder = data.resolve("pg_wal");
  }

  /// Which timelines one comes from and where each was left; empty when it is not known.
  Map<Long, Lsn> of(long timeline) throws IOException {
    try {
      return Timelines.parse(Files.readString(file(timeline)));
    } catch (NoSuchFileException _) {
      return Map.of();
    }
  }

  /// Whether a promotion has taken that number.
  boolean taken(long timeline) throws IOException {
    return exists(timeline) && Files.size(file(timeline)) > 0;
  }

  void remove(long timeline) throws IOException {
    Files.deleteIfExists(file(timeline));
  }

  /// Makes a promotion take this number, if nothing has it.
  void lead(long timeline, ServerAccount account) throws IOException, ActionFailure {
    TreeSet<Long> missing = new TreeSet<>();
    for (long each = timeline - 1; each > 1; each--) {
      if (!exists(each)) {
        missing.add(each);
      }
      if (missing.size() > MOST_MADE) {
        throw new ActionFailure(
            "too many timelines are missing below %d in %s".formatted(timeline, folder));
      }
    }
    // From above, as long as one is missing none of those beyond it counts.
    for (long each : missing.descendingSet()) {
      Path next = folder.resolve(file(each).getFileName() + ".relevo-new");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      // The server fails on a file that it may not read: it never sees one that is not its own.
      account.own(next);
      Files.move(next, file(each), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// Before a start as a standby of a server that is on a timeline.
  void trim(long timeline) throws IOException {
    long newest = timeline;
    while (exists(newest + 1)) {
      newest++;
    }
    while (newest > timeline && !taken(newest)) {
      remove(newest);
      newest--;
    }
  }

  /// All that there are, for tests and people.
  Map<Long, Long> sizes() throws IOException {
    Map<Long, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path path : files.toList()) {
        String name = String.valueOf(path.getFileName());
        if (name.matches("[0-9A-F]{8}\\.history")) {
          sizes.put(Long.parseLong(name.substring(0, 8), 16), Files.size(path));
        }
      }
    }
    return sizes;
  }

  private boolean exists(long timeline) {
    return Files.exists(file(timeline));
  }

  private Path file(long timeline) {
    return folder.resolve("%08X.history".formatted(timeline));
  }
}

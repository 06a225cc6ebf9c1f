package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.local.WalEnd;

/// Keeps what a server wrote after its history left the primary's: the segments, and where
/// `pg_waldump` is there a list of the records, for whoever must find what was lost.
final class DivergedLog {
  private static final int MOST_SEGMENTS = 64;
  private static final int MOST_KEPT = 10;
  private static final int MOST_LISTED = 100_000;
  private static final Duration LIST_LIMIT = Duration.ofMinutes(1);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  private DivergedLog() {}

  /// @return folder that holds it; of older ones the newest are kept
  static Path keep(Path folder, PgBinaries binaries, Path data, Lsn fork, WalEnd.Position end)
      throws IOException, InterruptedException {
    Path target =
        folder.resolve(
            "%s-timeline%d-%s"
                .formatted(
                    STAMP.format(Instant.now()),
                    end.timeline(),
                    fork.toString().replace('/', '_')));
    Files.createDirectories(target);
    Path log = data.resolve("pg_wal");
    List<Path> segments;
    try (Stream<Path> all = Files.list(log)) {
      segments = all.filter(file -> name(file).matches("[0-9A-F]{24}")).sorted().toList();
    }
    long size = segments.isEmpty() ? 1 : Math.max(1, Files.size(segments.getFirst()));
    String timeline = "%08X".formatted(end.timeline());
    for (Path segment :
        segments.stream()
            .filter(file -> name(file).startsWith(timeline))
            .filter(file -> number(file, size) >= Long.divideUnsigned(fork.value(), size))
            .filter(file -> number(file, size) <= Long.divideUnsigned(end.end().value(), size))
            .limit(MOST_SEGMENTS)
            .toList()) {
      Files.copy(
          segment, target.resolve(segment.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    list(binaries, log, target, fork, end);
    prune(folder);
    return target;
  }

  private static void list(
      PgBinaries binaries, Path log, Path target, Lsn fork, WalEnd.Position end)
      throws IOException, InterruptedException {
    Path program = binaries.program("pg_waldump");
    if (!Files.isExecutable(program) || fork.equals(Lsn.ZERO)) {
      return;
    }
    // Its words are in the list; that the end of the log is an error to it does not matter.
    Commands.Result result =
        Commands.run(
            List.of(
                "/bin/sh",
                "-c",
                "\"$0\" -p \"$1\" -t \"$2\" -s \"$3\" -e \"$4\" -n \"$5\" > \"$6\" 2>&1",
                program.toString(),
                log.toString(),
                String.valueOf(end.timeline()),
                fork.toString(),
                end.end().toString(),
                String.valueOf(MOST_LISTED),
                target.resolve("records.txt").toString()),
            Map.of("LC_ALL", "C"),
            "",
            LIST_LIMIT);
    Files.writeString(target.resolve("list.exit"), result.exit() + "\n");
  }

  private static void prune(Path folder) throws IOException {
    List<Path> kept;
    try (Stream<Path> all = Files.list(folder)) {
      kept = all.sorted().toList();
    }
    for (Path old : kept.subList(0, Math.max(0, kept.size() - MOST_KEPT))) {
      FileTrees.delete(old);
    }
  }

  private static long number(Path segment, long size) {
    String name = name(segment);
    return Long.parseLong(name.substring(8, 16), 16) * (0x1_0000_0000L / size)
        + Long.parseLong(name.substring(16), 16);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}

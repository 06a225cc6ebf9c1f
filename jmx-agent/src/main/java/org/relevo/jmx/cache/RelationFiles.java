package org.relevo.jmx.cache;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.jmx.processes.ProcessTable;

/// Page cache by relation: all forks and segments of each file in a database's folders.
///
/// Owner: the caller of one look.
final class RelationFiles {
  /// `16384`, `16384.1`, `16384_fsm`, `16384_vm.2`, `16384_init`; not those of temporary tables.
  private static final Pattern FILE = Pattern.compile("(\\d+)(?:_(?:fsm|vm|init))?(?:\\.\\d+)?");

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(8);

  private final Path data;
  private final PageCache pages;
  private final long deadline = System.nanoTime() + LIMIT_NANOS;
  private final Map<String, Map<Long, Long>> folders = new HashMap<>();
  private String problem = "";

  private RelationFiles(Path data, PageCache pages) {
    this.data = data;
    this.pages = pages;
  }

  /// A data folder of this machine, or why it cannot be looked at.
  record Opened(Optional<RelationFiles> files, String problem) {}

  static Opened open(String dataDirectory, ProcessTable processes) {
    Optional<PageCache> pages = PageCache.ofSystem();
    if (pages.isEmpty()) {
      return new Opened(Optional.empty(), "page cache: this system has no mincore");
    }
    Path data = Path.of(dataDirectory);
    Path lock = data.resolve("postmaster.pid");
    try {
      int pid = Integer.parseInt(Files.readAllLines(lock).getFirst().strip());
      if (processes.title(pid).isEmpty()) {
        return new Opened(
            Optional.empty(), "page cache: " + lock + " is not that of a server of this machine");
      }
    } catch (IOException | NumberFormatException e) {
      return new Opened(
          Optional.empty(),
          "page cache: " + lock + " cannot be read; the service needs the server's account: " + e);
    }
    if (!PageCache.mayKnow(data.resolve("PG_VERSION"))) {
      return new Opened(
          Optional.empty(), "page cache: the kernel tells only the account that owns " + data);
    }
    return new Opened(Optional.of(new RelationFiles(data, pages.get())), "");
  }

  /// Bytes in the page cache of a relation; -1 when not known.
  ///
  /// @param path of its main fork below the data folder, as `pg_relation_filepath` tells
  long resident(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0) {
      return -1;
    }
    Map<Long, Long> folder = folders.computeIfAbsent(path.substring(0, slash), this::look);
    return folder.getOrDefault(Long.parseLong(path.substring(slash + 1)), -1L);
  }

  /// Of all files looked at.
  long total() {
    return folders.values().stream()
        .flatMap(each -> each.values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  /// "" when everything could be looked at.
  String problem() {
    return problem;
  }

  private Map<Long, Long> look(String folder) {
    Map<Long, Long> found = new HashMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(data.resolve(folder))) {
      for (Path file : files) {
        Matcher name = FILE.matcher(file.getFileName().toString());
        if (!name.matches()) {
          continue;
        }
        if (System.nanoTime() > deadline) {
          problem = "page cache: too many files to look at within 8 s; figures are too low";
          return found;
        }
        add(found, Long.parseLong(name.group(1)), file);
      }
    } catch (IOException e) {
      problem = "page cache: " + e;
    }
    return found;
  }

  private void add(Map<Long, Long> found, long number, Path file) {
    try {
      found.merge(number, pages.resident(file), Long::sum);
    } catch (IOException e) {
      // A table may be dropped while we look; anything else stays to be seen.
      if (Files.exists(file)) {
        problem = "page cache: " + e.getMessage();
      }
    }
  }
}

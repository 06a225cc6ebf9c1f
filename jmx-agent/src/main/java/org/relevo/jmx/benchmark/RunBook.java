package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkSample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The kept runs: one file of JSON each, the newest [#MOST]. Samples stay in the files.
///
/// Owner: itself, under its lock.
final class RunBook {
  static final int MOST = 200;
  static final int MOST_SAMPLES = 3600;
  private static final Logger LOG = LoggerFactory.getLogger(RunBook.class);
  private static final String ENDING = ".json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Optional<Path> folder;
  private final TreeMap<String, Page> pages = new TreeMap<>(Comparator.reverseOrder());

  /// What a file holds.
  record Page(BenchmarkRun run, List<BenchmarkSample> samples) {
    Page {
      samples = List.copyOf(samples);
    }
  }

  RunBook(Optional<Path> folder) {
    this.folder = folder;
    folder.filter(Files::isDirectory).ifPresent(this::readAll);
  }

  synchronized List<BenchmarkRun> runs() {
    return pages.values().stream().map(Page::run).toList();
  }

  synchronized List<BenchmarkSample> samples(String id) {
    Page page = pages.get(id);
    if (page == null) {
      throw missing(id);
    }
    return folder.isEmpty() ? page.samples() : read(file(id)).samples();
  }

  /// @return an id that no run has
  synchronized String newId(String moment) {
    String id = moment;
    for (int number = 2; pages.containsKey(id); number++) {
      id = moment + "-" + number;
    }
    return id;
  }

  synchronized void keep(BenchmarkRun run, List<BenchmarkSample> samples) throws IOException {
    Page page = new Page(run, samples);
    if (folder.isPresent()) {
      Files.createDirectories(folder.get());
      Path half = folder.get().resolve(run.id() + ".half");
      try {
        write(half, JSON.writeValueAsBytes(page));
        Files.move(
            half,
            file(run.id()),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(half);
      }
      page = new Page(run, List.of());
    }
    pages.put(run.id(), page);
    while (pages.size() > MOST) {
      forget(pages.lastKey());
    }
  }

  /// On disk when this returns: a name must not survive a crash that its content does not.
  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        var _ = channel.write(rest);
      }
      channel.force(true);
    }
  }

  synchronized void forget(String id) throws IOException {
    if (pages.remove(id) == null) {
      throw missing(id);
    }
    if (folder.isPresent()) {
      Files.deleteIfExists(file(id));
    }
  }

  /// @param words ids with commas between, or a label
  synchronized List<BenchmarkRun> find(String words) {
    List<BenchmarkRun> labelled =
        runs().stream().filter(run -> run.plan().label().equals(words)).toList();
    if (!words.isBlank() && !labelled.isEmpty()) {
      return labelled;
    }
    List<BenchmarkRun> found = new ArrayList<>();
    // A run that is named twice is no second one.
    for (String id : Stream.of(words.split(",", -1)).map(String::strip).distinct().toList()) {
      Page page = pages.get(id);
      if (page == null) {
        throw missing(id);
      }
      found.add(page.run());
    }
    return found;
  }

  private static IllegalArgumentException missing(String id) {
    return new IllegalArgumentException(
        "there is no kept run with the id or label '" + id + "'; see the attribute Runs");
  }

  private Path file(String id) {
    return folder.orElseThrow().resolve(id + ENDING);
  }

  private void readAll(Path from) {
    try (Stream<Path> files = Files.list(from)) {
      files
          .filter(file -> file.toString().endsWith(ENDING))
          .sorted(Comparator.reverseOrder())
          .limit(MOST)
          .forEach(this::readOne);
    } catch (IOException e) {
      LOG.warn("benchmark.runs-unreadable folder={} reason=\"{}\"", from, e.getMessage());
    }
  }

  private void readOne(Path file) {
    try {
      BenchmarkRun run = read(file).run();
      // By its id it is found again, and deleted.
      if (!file(run.id()).equals(file)) {
        throw new IllegalStateException("it holds the run " + run.id());
      }
      pages.put(run.id(), new Page(run, List.of()));
    } catch (RuntimeException e) {
      LOG.warn("benchmark.run-unreadable file={} reason=\"{}\"", file, firstLine(e));
    }
  }

  private static Page read(Path file) {
    try {
      return JSON.readValue(file, Page.class);
    } catch (JacksonException e) {
      throw new IllegalStateException("cannot read " + file + ": " + firstLine(e), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}

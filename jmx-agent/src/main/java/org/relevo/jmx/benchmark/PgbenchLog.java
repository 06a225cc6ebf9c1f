package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// Follows pgbench's log of every transaction, one file a thread: `client number latency-in-µs
/// script seconds µs [lag-in-µs]`, where the latency may be a word.
///
/// Owner: the run's thread.
final class PgbenchLog implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private static final int LATENCY = 2;
  private static final int SECONDS = 4;
  private static final int MICROS = 5;
  private static final int LAG = 6;

  private final Path folder;
  private final RunFigures figures;
  private final long latencyLimitNanos;
  private final long epochToNano;
  private final Map<Path, Tail> tails = new HashMap<>();
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

  private static final class Tail {
    final SeekableByteChannel channel;
    String half = "";

    Tail(SeekableByteChannel channel) {
      this.channel = channel;
    }
  }

  PgbenchLog(Path folder, RunFigures figures, long latencyLimitNanos) {
    this.folder = folder;
    this.figures = figures;
    this.latencyLimitNanos = latencyLimitNanos;
    this.epochToNano = System.nanoTime() - System.currentTimeMillis() * 1_000_000;
  }

  /// Takes what is new.
  void read() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("log.")).toList()) {
        Tail tail = tails.get(file);
        if (tail == null) {
          tail = new Tail(Files.newByteChannel(file));
          tails.put(file, tail);
        }
        read(tail);
      }
    }
  }

  private void read(Tail tail) throws IOException {
    while (true) {
      chunk.clear();
      int count = tail.channel.read(chunk);
      if (count <= 0) {
        return;
      }
      String text = tail.half + new String(chunk.array(), 0, count, StandardCharsets.US_ASCII);
      int end = text.lastIndexOf('\n') + 1;
      tail.half = text.substring(end);
      text.substring(0, end).lines().forEach(this::line);
    }
  }

  private void line(String line) {
    String[] words = line.split(" ", -1);
    if (words.length <= MICROS) {
      figures.note("pgbench's log has a line that is not understood: " + line);
      return;
    }
    if (words[LATENCY].equals("skipped")) {
      figures.skipped();
      return;
    }
    if (!Character.isDigit(words[LATENCY].charAt(0))) {
      figures.failed("pgbench: a transaction ended with " + words[LATENCY]);
      return;
    }
    long took = Long.parseLong(words[LATENCY]) * 1000;
    long epochNanos =
        Long.parseLong(words[SECONDS]) * 1_000_000_000 + Long.parseLong(words[MICROS]) * 1000;
    long ended = epochNanos + epochToNano;
    figures.committed(ended - took, ended);
    if (latencyLimitNanos > 0 && took > latencyLimitNanos) {
      figures.late();
    }
    if (words.length > LAG && Character.isDigit(words[LAG].charAt(0))) {
      figures.lagged(Long.parseLong(words[LAG]) * 1000);
    }
  }

  @Override
  public void close() throws IOException {
    for (Tail tail : tails.values()) {
      tail.channel.close();
    }
  }
}

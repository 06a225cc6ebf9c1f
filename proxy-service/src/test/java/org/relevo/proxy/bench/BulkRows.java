package org.relevo.proxy.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Large results and loads over one connection, in MB/s. Tables `bulk` and `sink` must be there.
final class BulkRows {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int CHUNK_BYTES = 8 * 1024; // what psql sends at a time
  private static final int MEGABYTE = 1_000_000;
  private static final int TIMES = 3;
  private static final int LOADED_MEGABYTES = 100;

  private BulkRows() {}

  static Row download(String name, String sql) {
    return new Row(
        name,
        "MB/s",
        1000,
        (target, setup) -> {
          try (RawConnection connection =
              new RawConnection(target, setup.user(), setup.database(), BUFFER_BYTES)) {
            long before = connection.received();
            long start = System.nanoTime();
            for (int i = 0; i < TIMES; i++) {
              connection.query(sql);
              connection.awaitTag('Z');
            }
            return rate((connection.received() - before) / (double) MEGABYTE, start);
          }
        });
  }

  static Row upload(String name) {
    return new Row(
        name,
        "MB/s",
        1000,
        (target, setup) -> {
          try (RawConnection connection =
              new RawConnection(target, setup.user(), setup.database(), BUFFER_BYTES)) {
            connection.query("TRUNCATE sink");
            connection.awaitTag('Z');
            ByteBuffer chunk = chunk();
            long chunks = (long) LOADED_MEGABYTES * MEGABYTE / chunk.remaining();
            long start = System.nanoTime();
            connection.query("COPY sink FROM STDIN");
            connection.awaitTag('G');
            for (long i = 0; i < chunks; i++) {
              connection.write(chunk.duplicate());
            }
            connection.write(ByteBuffer.wrap(new byte[] {'c', 0, 0, 0, 4}));
            connection.awaitTag('Z');
            return rate(LOADED_MEGABYTES, start);
          }
        });
  }

  private static Sample rate(double megabytes, long startNanos) {
    return Sample.of(megabytes / ((System.nanoTime() - startNanos) / 1e9), megabytes);
  }

  /// One CopyData message of whole lines.
  private static ByteBuffer chunk() {
    StringBuilder text = new StringBuilder();
    String hash = "0123456789abcdef".repeat(2);
    for (int line = 1; text.length() < CHUNK_BYTES - 100; line++) {
      text.append("%d\t%s\t%s\t%d%n".formatted(line, hash, hash, line * 7));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer message = ByteBuffer.allocateDirect(5 + bytes.length);
    return message.put((byte) 'd').putInt(4 + bytes.length).put(bytes).flip();
  }
}

package org.relevo.jmx.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Splits a part of a file into lines, block by block; of a long line only the start is kept.
///
/// Owner: the caller's thread.
final class LineReader {
  static final int MAX_LINE_BYTES = 16 * 1024;
  private static final int BLOCK_BYTES = 64 * 1024;

  /// @param start offset of the first byte
  /// @param next offset after the line feed
  /// @param text without line feed; invalid UTF-8 replaced; a cut line says so
  /// @param complete whether there was a line feed
  record Line(long start, long next, String text, boolean complete) {}

  private final FileChannel channel;
  private final long end;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).flip();
  private final byte[] kept = new byte[MAX_LINE_BYTES];
  private long offset;

  LineReader(FileChannel channel, long start, long end) {
    this.channel = channel;
    this.offset = start;
    this.end = end;
  }

  /// Moves behind the next line feed.
  ///
  /// @return whether there was one
  boolean skipLine() throws IOException {
    while (block.hasRemaining() || fill()) {
      offset++;
      if (block.get() == '\n') {
        return true;
      }
    }
    return false;
  }

  /// @return null at the end
  @Nullable Line next() throws IOException {
    long start = offset;
    int size = 0;
    while (block.hasRemaining() || fill()) {
      offset++;
      byte one = block.get();
      if (one == '\n') {
        return new Line(start, offset, text(size, offset - start - 1), true);
      }
      if (size < MAX_LINE_BYTES) {
        kept[size++] = one;
      }
    }
    return offset == start ? null : new Line(start, offset, text(size, offset - start), false);
  }

  long offset() {
    return offset;
  }

  private boolean fill() throws IOException {
    block.clear();
    block.limit((int) Math.min(BLOCK_BYTES, end - offset));
    int count = block.hasRemaining() ? channel.read(block, offset) : -1;
    block.flip();
    return count > 0;
  }

  private String text(int size, long length) {
    boolean carriageReturn = size == length && size > 0 && kept[size - 1] == '\r';
    String text = new String(kept, 0, carriageReturn ? size - 1 : size, StandardCharsets.UTF_8);
    return size < length ? text + cutMark(length) : text;
  }

  static String cutMark(long length) {
    return "… [cut, " + length + " bytes]";
  }
}

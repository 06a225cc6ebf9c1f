package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.relevo.proxy.server.SharedStatement;

/// The names of the service's statements in what a server says: a client knows them by its own.
final class SharedNames {
  private static final byte[] MARK = SharedStatement.PREFIX.getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 5;

  /// Names are the client's, and so may be the text: together they could grow without bound.
  private static final int MAX_TRANSLATED_BYTES = 131_072;

  private SharedNames() {}

  /// Puts the client's names into an error. Takes the frame over.
  static ByteBuf translate(ByteBuf frame, StatementNames names, ByteBufAllocator allocator) {
    int from = frame.readerIndex() + HEADER_BYTES;
    if (find(frame, from) < 0) {
      return frame;
    }
    ByteBuf out = allocator.buffer(frame.readableBytes() + 64);
    out.writeByte(frame.getByte(frame.readerIndex())).writeInt(0);
    int copied = from;
    for (int at = find(frame, from); at >= 0; at = find(frame, copied)) {
      int end = at + MARK.length;
      long id = 0;
      while (end < frame.writerIndex() && isDigit(frame.getByte(end)) && id < 1L << 58) {
        id = id * 10 + frame.getByte(end) - '0';
        end++;
      }
      boolean whole =
          end > at + MARK.length
              && (beginsField(frame, from, at) || !isWordPart(frame.getByte(at - 1)))
              && (end == frame.writerIndex() || !isWordPart(frame.getByte(end)));
      byte[] name = whole ? names.nameOf(id) : null;
      out.writeBytes(frame, copied, at - copied);
      if (name == null || out.readableBytes() + name.length > MAX_TRANSLATED_BYTES) {
        out.writeBytes(frame, at, end - at);
      } else {
        out.writeBytes(name);
      }
      copied = end;
    }
    out.writeBytes(frame, copied, frame.writerIndex() - copied);
    out.setInt(out.readerIndex() + 1, out.readableBytes() - 1);
    frame.release();
    return out;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /// A field is its code, a text and a zero byte.
  private static boolean beginsField(ByteBuf frame, int from, int at) {
    return at - 1 <= from || frame.getByte(at - 2) == 0;
  }

  private static boolean isWordPart(byte b) {
    return isDigit(b) || b == '_' || b == '$' || b < 0 || Character.isLetter(b);
  }

  private static int find(ByteBuf in, int from) {
    int to = in.writerIndex() - MARK.length;
    for (int at = from; at <= to; at++) {
      at = in.indexOf(at, to + 1, MARK[0]);
      if (at < 0) {
        return -1;
      }
      int same = 1;
      while (same < MARK.length && in.getByte(at + same) == MARK[same]) {
        same++;
      }
      if (same == MARK.length) {
        return at;
      }
    }
    return -1;
  }
}

package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;
import org.relevo.proxy.wire.WireLimits;

/// Walks over what a server sends, in whatever pieces it arrives, and passes it on without copying:
/// only headers are read, and bodies of the few messages that say something about the session.
/// Messages that are not the client's are left out; the rest leaves in retained slices.
///
/// Owner: event loop of the connection. [#release] drops what is kept of a message in pieces.
public final class ServerStream {
  /// What is done with messages. Tags are answered for once each, in order.
  public interface Sink {
    /// A message begins.
    ///
    /// @return what is to become of it
    Fate begins(byte tag, int bodyBytes);

    /// Whether [#rows] is wanted of the CommandComplete that begins.
    default boolean countsRows() {
      return false;
    }

    /// Bytes for the client; takes the buffer over.
    void pass(ByteBuf in);

    /// A kept message with its header is complete; takes the buffer over.
    void kept(byte tag, ByteBuf frame);

    /// A message that was passed or dropped is complete.
    ///
    /// @param lastByte last byte of the body: the status of a ReadyForQuery
    void ended(byte tag, byte lastByte);
  }

  /// What becomes of a message.
  public enum Fate {
    PASS,
    DROP,
    /// Collected as a whole and handed over instead of being passed.
    KEEP
  }

  private static final int HEADER_BYTES = 5;
  private static final long MOST_ROWS = Long.MAX_VALUE / 100;

  private final Sink sink;
  private Fate fate = Fate.PASS;
  private byte tag;
  private byte lastTag;
  private int remaining;
  private int headerFill;
  private boolean counting;

  /// The number at the end of what was read of a command tag; -1 for none, or one that is too long.
  private long rows;

  private int length;
  private @Nullable ByteBuf keeping;
  private @Nullable ByteBuf current;
  private int at;

  /// First byte of the current buffer that is to be passed and was not yet.
  private int from;

  public ServerStream(Sink sink) {
    this.sink = sink;
  }

  public boolean atMessageStart() {
    return headerFill == 0 && remaining == 0;
  }

  /// Tag of the last message that was complete; 0 before the first.
  public byte lastTag() {
    return lastTag;
  }

  /// The number at the end of the last CommandComplete whose rows were wanted: of the rows that its
  /// statement gave or changed; 0 for a command that counts none.
  public long rows() {
    return Math.max(0, rows);
  }

  /// Takes the buffer over.
  ///
  /// @throws WireException when a length is impossible; the stream is of no use afterwards
  public void read(ByteBuf in, ByteBufAllocator allocator) {
    current = in;
    from = in.readerIndex();
    at = from;
    int first = from;
    int to = in.writerIndex();
    try {
      while (at < to) {
        if (remaining > 0) {
          body(in, Math.min(remaining, to - at));
        } else if (headerFill > 0 || to - at < HEADER_BYTES) {
          partialHeader(in.getByte(at), allocator);
        } else {
          header(in, allocator);
        }
      }
      if (from == first) {
        current = null;
        sink.pass(in.retain());
      } else {
        passed();
      }
    } finally {
      current = null;
      in.release();
    }
  }

  /// Passes on what has been walked over: the caller is about to write to the client itself.
  public void passed() {
    ByteBuf in = current;
    if (in != null && at > from) {
      sink.pass(in.retainedSlice(from, at - from));
      from = at;
    }
  }

  private void header(ByteBuf in, ByteBufAllocator allocator) {
    tag = in.getByte(at);
    length = in.getInt(at + 1);
    if (begin() != Fate.PASS) {
      passed();
      keepIfWanted(allocator);
      from = at + HEADER_BYTES;
    }
    at += HEADER_BYTES;
    if (remaining == 0) {
      end((byte) 0);
    }
  }

  private void body(ByteBuf in, int step) {
    if (keeping != null) {
      keeping.writeBytes(in, at, step);
    }
    if (counting) {
      count(in, step);
    }
    at += step;
    remaining -= step;
    if (fate != Fate.PASS) {
      from = at;
    }
    if (remaining == 0) {
      end(in.getByte(at - 1));
    }
  }

  /// Command tags are a word or two and maybe numbers, of which the last one counts.
  private void count(ByteBuf in, int step) {
    for (int i = at; i < at + step; i++) {
      byte next = in.getByte(i);
      if (next == ' ') {
        rows = 0;
      } else if (next >= '0' && next <= '9' && rows >= 0 && rows < MOST_ROWS) {
        rows = rows * 10 + next - '0';
      } else if (next != 0) {
        rows = -1;
      }
    }
  }

  /// The first byte of a header that comes in pieces is known at once, but what becomes of it is
  /// not: such a header is passed on when it is complete.
  private void partialHeader(byte next, ByteBufAllocator allocator) {
    if (headerFill == 0) {
      passed();
      tag = next;
      length = 0;
    } else {
      length = (length << 8) | (next & 0xFF);
    }
    headerFill++;
    at++;
    from = at;
    if (headerFill < HEADER_BYTES) {
      return;
    }
    headerFill = 0;
    if (begin() == Fate.PASS) {
      sink.pass(allocator.buffer(HEADER_BYTES).writeByte(tag).writeInt(length));
    } else {
      keepIfWanted(allocator);
    }
    if (remaining == 0) {
      end((byte) 0);
    }
  }

  private Fate begin() {
    if (length < Integer.BYTES || length > WireLimits.MAX_MESSAGE_BYTES) {
      throw new WireException("message 0x%02x with impossible length %d".formatted(tag, length));
    }
    remaining = length - Integer.BYTES;
    fate = sink.begins(tag, remaining);
    counting = tag == 'C' && sink.countsRows();
    rows = 0;
    return fate;
  }

  private void keepIfWanted(ByteBufAllocator allocator) {
    if (fate == Fate.KEEP) {
      keeping = allocator.buffer(HEADER_BYTES + remaining, HEADER_BYTES + remaining);
      keeping.writeByte(tag).writeInt(length);
    }
  }

  private void end(byte lastByte) {
    lastTag = tag;
    ByteBuf whole = keeping;
    if (whole != null) {
      keeping = null;
      sink.kept(tag, whole);
    } else {
      sink.ended(tag, tag == Tags.READY_FOR_QUERY ? lastByte : 0);
    }
  }

  public void release() {
    if (keeping != null) {
      keeping.release();
      keeping = null;
    }
  }
}

package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// Cuts a stream into whole messages, for conversations that the service reads itself. Bounded: a
/// message longer than the limit is refused by its header.
///
/// Owner: event loop of the connection. [#close] releases what is left.
public final class FrameCutter implements AutoCloseable {
  private static final int HEADER_BYTES = 5;

  private final ByteBuf buffer;
  private int maxMessageBytes;

  public FrameCutter(ByteBufAllocator allocator, int maxMessageBytes) {
    this.buffer = allocator.heapBuffer(512);
    this.maxMessageBytes = maxMessageBytes;
  }

  public void limit(int bytes) {
    maxMessageBytes = bytes;
  }

  /// Adds bytes; does not release the source.
  public void add(ByteBuf in) {
    buffer.discardSomeReadBytes();
    buffer.writeBytes(in, in.readerIndex(), in.readableBytes());
  }

  /// Whether a whole message is there.
  ///
  /// @throws WireException when the message's length is impossible or above the limit
  public boolean hasMessage() {
    if (buffer.readableBytes() < HEADER_BYTES) {
      return false;
    }
    int length = buffer.getInt(buffer.readerIndex() + 1);
    if (length < Integer.BYTES || length > maxMessageBytes) {
      throw new WireException(
          "message '%s' with length %d where at most %d is expected"
              .formatted(
                  Tags.printable(buffer.getByte(buffer.readerIndex())), length, maxMessageBytes));
    }
    return buffer.readableBytes() >= 1 + length;
  }

  /// The next whole message with its header; valid until the next call, not retained.
  public ByteBuf next() {
    int length = buffer.getInt(buffer.readerIndex() + 1);
    return buffer.readSlice(1 + length);
  }

  /// What has been added and not taken.
  public int readableBytes() {
    return buffer.readableBytes();
  }

  /// What follows the last message that was taken; not retained, valid until the next call.
  public ByteBuf rest() {
    return buffer.readSlice(buffer.readableBytes());
  }

  @Override
  public void close() {
    if (buffer.refCnt() > 0) {
      buffer.release();
    }
  }
}

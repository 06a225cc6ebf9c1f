package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.WireLimits;

/// What a client has sent and may not pass yet.
///
/// Owner: none; the buffer is the caller's.
final class HeldBytes {
  private static final int LITTLE_BYTES = 1024;

  private HeldBytes() {}

  /// One buffer for what was held and what has come. Takes both over.
  static ByteBuf joined(ByteBufAllocator allocator, @Nullable ByteBuf held, ByteBuf in) {
    return held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, held, in);
  }

  /// Whether so much waits that no more is to be read.
  static boolean much(@Nullable ByteBuf held) {
    return held != null && held.readableBytes() >= WireLimits.MAX_HELD_BYTES;
  }

  /// What stays: a few bytes do not keep the large buffer that they were read into. Takes the
  /// buffer over.
  static ByteBuf kept(ByteBufAllocator allocator, ByteBuf in) {
    int length = in.readableBytes();
    if (length > LITTLE_BYTES || in.capacity() <= 2 * LITTLE_BYTES) {
      return in;
    }
    ByteBuf own = allocator.buffer(length).writeBytes(in);
    in.release();
    return own;
  }

  static void release(@Nullable ByteBuf held) {
    if (held != null) {
      held.release();
    }
  }
}

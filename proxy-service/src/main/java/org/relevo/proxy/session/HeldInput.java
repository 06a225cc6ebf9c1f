package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/// What was read from a client and may not go to the server yet. Reading stops with the first
/// piece, so this holds a few socket reads at most.
///
/// Owner: event loop of the session; [#release] drops what is left.
final class HeldInput {
  private final Deque<ByteBuf> pieces = new ArrayDeque<>();

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /// Takes the buffer over.
  void add(ByteBuf piece) {
    if (piece.isReadable()) {
      pieces.add(piece);
    } else {
      piece.release();
    }
  }

  ByteBuf first() {
    return pieces.getFirst();
  }

  /// Takes bytes from the front; the caller owns what it gets.
  ByteBuf take(int bytes) {
    ByteBuf first = pieces.getFirst();
    if (bytes == first.readableBytes()) {
      return pieces.removeFirst();
    }
    return first.readRetainedSlice(bytes);
  }

  void release() {
    while (!pieces.isEmpty()) {
      pieces.removeFirst().release();
    }
  }
}

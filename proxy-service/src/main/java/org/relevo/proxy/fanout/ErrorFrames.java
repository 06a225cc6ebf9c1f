package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.relevo.proxy.wire.BackendError;

/// Errors of the service's own as messages.
final class ErrorFrames {
  private ErrorFrames() {}

  static Frame of(BackendError error) {
    ByteBuf message = Unpooled.buffer(128);
    error.writeTo(message);
    return Frames.of(message);
  }

  static Frame of(String sqlState, String text) {
    return of(BackendError.of("ERROR", sqlState, text));
  }
}

package org.relevo.proxy.pcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/// Cuts bytes into [PcpRequest]s. A length that no command has ends the connection before anything
/// is kept for it.
///
/// Owner: the channel's loop.
final class PcpDecoder extends ByteToMessageDecoder {
  /// Broken framing; the session ends.
  static final class BadFrame extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadFrame(String message) {
      super(message, null, false, false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 5) {
      return;
    }
    int length = in.getInt(in.readerIndex() + 1);
    if (length < 4 || length > PcpRequest.MOST_BYTES) {
      in.skipBytes(in.readableBytes());
      throw new BadFrame("a message of " + length + " bytes");
    }
    if (in.readableBytes() < 1 + length) {
      return;
    }
    char type = (char) (in.readByte() & 0x7f);
    in.skipBytes(4);
    byte[] body = new byte[length - 4];
    in.readBytes(body);
    out.add(new PcpRequest(type, body));
  }
}

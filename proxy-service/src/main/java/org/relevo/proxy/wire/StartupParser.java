package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads the first packets of a connection. Whatever cannot become PostgreSQL's protocol any more
/// is told at the first byte that shows it.
public final class StartupParser {
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSSENC_REQUEST = 80_877_104;
  private static final int CANCEL_REQUEST = 80_877_102;
  private static final int MIN_BYTES = 8;
  private static final int SHOWN_BYTES = 8;

  private StartupParser() {}

  /// Takes one packet from the buffer; leaves the buffer alone while it is incomplete.
  public static StartupRequest parse(ByteBuf in) {
    int readable = in.readableBytes();
    if (readable == 0) {
      return new StartupRequest.Incomplete();
    }
    int at = in.readerIndex();
    if (in.getByte(at) != 0) {
      return new StartupRequest.Malformed("first bytes are " + shown(in));
    }
    if (readable < Integer.BYTES) {
      return new StartupRequest.Incomplete();
    }
    int length = in.getInt(at);
    if (length < MIN_BYTES || length > WireLimits.MAX_STARTUP_BYTES) {
      return new StartupRequest.Malformed("start-up packet of " + length + " bytes");
    }
    if (readable < length) {
      return new StartupRequest.Incomplete();
    }
    byte[] packet = new byte[length];
    in.readBytes(packet);
    return read(packet);
  }

  private static StartupRequest read(byte[] packet) {
    int code = Bytes.intAt(packet, 4);
    return switch (code) {
      case SSL_REQUEST ->
          packet.length == MIN_BYTES
              ? new StartupRequest.SslRequest()
              : new StartupRequest.Malformed("SSLRequest of " + packet.length + " bytes");
      case GSSENC_REQUEST ->
          packet.length == MIN_BYTES
              ? new StartupRequest.GssEncRequest()
              : new StartupRequest.Malformed("GSSENCRequest of " + packet.length + " bytes");
      case CANCEL_REQUEST -> cancel(packet);
      default -> startup(code, packet);
    };
  }

  private static StartupRequest cancel(byte[] packet) {
    int keyBytes = packet.length - 12;
    if (keyBytes < 4 || keyBytes > WireLimits.MAX_CANCEL_KEY_BYTES) {
      return new StartupRequest.Malformed("cancel request with a key of " + keyBytes + " bytes");
    }
    ByteString secret = ByteString.copyOf(packet, 12, packet.length);
    return new StartupRequest.Cancel(new CancelKey(Bytes.intAt(packet, 8), secret));
  }

  private static StartupRequest startup(int code, byte[] packet) {
    int major = code >>> 16;
    int minor = code & 0xFFFF;
    if (major != 3) {
      return major >= 1 && major <= 9
          ? new StartupRequest.OtherVersion(major, minor)
          : new StartupRequest.Malformed("protocol version " + major + "." + minor);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    int at = MIN_BYTES;
    while (at < packet.length && packet[at] != 0) {
      int nameEnd = Bytes.zeroAt(packet, at);
      int valueEnd = nameEnd < 0 ? -1 : Bytes.zeroAt(packet, nameEnd + 1);
      if (valueEnd < 0 || parameters.size() >= WireLimits.MAX_STARTUP_PARAMETERS) {
        return new StartupRequest.Malformed("start-up packet with a broken parameter list");
      }
      parameters.put(
          new String(packet, at, nameEnd - at, StandardCharsets.UTF_8),
          new String(packet, nameEnd + 1, valueEnd - nameEnd - 1, StandardCharsets.UTF_8));
      at = valueEnd + 1;
    }
    if (at != packet.length - 1) {
      return new StartupRequest.Malformed("start-up packet without its terminator");
    }
    return new StartupRequest.Startup(
        minor, Collections.unmodifiableMap(parameters), ByteString.copyOf(packet));
  }

  private static String shown(ByteBuf in) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(SHOWN_BYTES, in.readableBytes()); i++) {
      out.append(Tags.printable(in.getByte(in.readerIndex() + i)));
    }
    return out.append('\'').toString();
  }
}

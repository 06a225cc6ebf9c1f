package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server's messages that the service writes or reads itself.
public final class BackendMessages {
  /// The kind of an authentication request: the first four bytes of `R`.
  public static final int AUTH_OK = 0;

  public static final int AUTH_CLEARTEXT = 3;
  public static final int AUTH_MD5 = 5;
  public static final int AUTH_SASL = 10;
  public static final int AUTH_SASL_CONTINUE = 11;
  public static final int AUTH_SASL_FINAL = 12;

  private BackendMessages() {}

  public static void authenticationOk(ByteBuf out) {
    out.writeByte(Tags.AUTHENTICATION).writeInt(8).writeInt(AUTH_OK);
  }

  /// NegotiateProtocolVersion: the newest minor version served, and options that are not known.
  public static void negotiateProtocolVersion(ByteBuf out, int minor, List<String> unknown) {
    int start = Frames.begin(out, Tags.NEGOTIATE_PROTOCOL_VERSION);
    out.writeInt(3 << 16 | minor);
    out.writeInt(unknown.size());
    unknown.forEach(option -> Frames.string(out, option));
    Frames.end(out, start);
  }

  public static void readyForQuery(ByteBuf out, char status) {
    int start = Frames.begin(out, Tags.READY_FOR_QUERY);
    out.writeByte(status);
    Frames.end(out, start);
  }

  public static void parameterStatus(ByteBuf out, String name, String value) {
    int start = Frames.begin(out, Tags.PARAMETER_STATUS);
    Frames.string(out, name);
    Frames.string(out, value);
    Frames.end(out, start);
  }

  public static void backendKeyData(ByteBuf out, CancelKey key) {
    int start = Frames.begin(out, Tags.BACKEND_KEY_DATA);
    out.writeInt(key.processId());
    out.writeBytes(key.secret().shared());
    Frames.end(out, start);
  }

  public static void authentication(ByteBuf out, int kind, byte[] data) {
    int start = Frames.begin(out, Tags.AUTHENTICATION);
    out.writeInt(kind);
    out.writeBytes(data);
    Frames.end(out, start);
  }

  /// @throws WireException when the body is no BackendKeyData
  public static CancelKey readKeyData(byte[] body) {
    if (body.length < 8 || body.length > 4 + WireLimits.MAX_CANCEL_KEY_BYTES) {
      throw new WireException("BackendKeyData of " + body.length + " bytes");
    }
    return new CancelKey(Bytes.intAt(body, 0), ByteString.copyOf(body, 4, body.length));
  }

  /// @throws WireException when the body is no ParameterStatus
  public static Map.Entry<String, String> readParameterStatus(byte[] body, int length) {
    byte[] exact = java.util.Arrays.copyOf(body, length);
    int nameEnd = Bytes.zeroAt(exact, 0);
    int valueEnd = nameEnd < 0 ? -1 : Bytes.zeroAt(exact, nameEnd + 1);
    if (valueEnd < 0) {
      throw new WireException("ParameterStatus without its terminators");
    }
    return Map.entry(
        new String(exact, 0, nameEnd, StandardCharsets.UTF_8),
        new String(exact, nameEnd + 1, valueEnd - nameEnd - 1, StandardCharsets.UTF_8));
  }

  /// @return the kind of an authentication request
  /// @throws WireException when the body is too short
  public static int authenticationKind(byte[] body) {
    if (body.length < 4) {
      throw new WireException("authentication request of " + body.length + " bytes");
    }
    return Bytes.intAt(body, 0);
  }

  /// The columns of a DataRow in text format.
  ///
  /// @param charset how the client's encoding is to be read
  /// @throws WireException when counts and lengths do not fit the body
  public static List<@Nullable String> readDataRow(byte[] body, Charset charset) {
    if (body.length < 2) {
      throw new WireException("DataRow of " + body.length + " bytes");
    }
    int columns = (body[0] & 0xFF) << 8 | (body[1] & 0xFF);
    List<@Nullable String> values = new ArrayList<>(Math.min(columns, 64));
    int at = 2;
    for (int i = 0; i < columns; i++) {
      if (body.length - at < 4) {
        throw new WireException("DataRow ends inside column " + i);
      }
      int length = Bytes.intAt(body, at);
      at += 4;
      if (length < -1 || length > body.length - at) {
        throw new WireException("DataRow column " + i + " with length " + length);
      }
      values.add(length < 0 ? null : new String(body, at, length, charset));
      at += Math.max(0, length);
    }
    return values;
  }
}

package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The client's messages that the service writes itself.
public final class FrontendMessages {
  private static final int CANCEL_REQUEST = 80_877_102;

  private FrontendMessages() {}

  public static void startup(ByteBuf out, int minor, Map<String, String> parameters) {
    int start = out.writerIndex();
    out.writeInt(0);
    out.writeInt(3 << 16 | minor);
    parameters.forEach((name, value) -> {
      Frames.string(out, name);
      Frames.string(out, value);
    });
    out.writeByte(0);
    out.setInt(start, out.writerIndex() - start);
  }

  public static void cancelRequest(ByteBuf out, CancelKey key) {
    out.writeInt(12 + key.secret().length());
    out.writeInt(CANCEL_REQUEST);
    out.writeInt(key.processId());
    out.writeBytes(key.secret().shared());
  }

  public static void query(ByteBuf out, String sql) {
    int start = Frames.begin(out, Tags.QUERY);
    Frames.string(out, sql);
    Frames.end(out, start);
  }

  public static void parse(
      ByteBuf out, String name, String sql, List<Integer> parameterTypes, Charset charset) {
    int start = Frames.begin(out, Tags.PARSE);
    Frames.string(out, name, charset);
    Frames.string(out, sql, charset);
    out.writeShort(parameterTypes.size());
    parameterTypes.forEach(out::writeInt);
    Frames.end(out, start);
  }

  /// Binds the unnamed statement to the unnamed portal, text parameters, text results.
  public static void bind(ByteBuf out, List<String> values, Charset charset) {
    int start = Frames.begin(out, Tags.BIND);
    out.writeByte(0);
    out.writeByte(0);
    out.writeShort(0);
    out.writeShort(values.size());
    for (String value : values) {
      byte[] bytes = value.getBytes(charset);
      out.writeInt(bytes.length);
      out.writeBytes(bytes);
    }
    out.writeShort(0);
    Frames.end(out, start);
  }

  /// Binds a statement without parameters to the unnamed portal, binary results.
  public static void bindForBinary(ByteBuf out, String statement) {
    int start = Frames.begin(out, Tags.BIND);
    out.writeByte(0);
    Frames.string(out, statement);
    out.writeShort(0);
    out.writeShort(0);
    out.writeShort(1);
    out.writeShort(1);
    Frames.end(out, start);
  }

  /// Runs the unnamed portal to its end.
  public static void execute(ByteBuf out) {
    int start = Frames.begin(out, Tags.EXECUTE);
    out.writeByte(0);
    out.writeInt(0);
    Frames.end(out, start);
  }

  public static void sync(ByteBuf out) {
    Frames.end(out, Frames.begin(out, Tags.SYNC));
  }

  public static void terminate(ByteBuf out) {
    Frames.end(out, Frames.begin(out, Tags.TERMINATE));
  }

  public static void password(ByteBuf out, String password) {
    int start = Frames.begin(out, Tags.PASSWORD);
    Frames.string(out, password);
    Frames.end(out, start);
  }

  public static void saslInitial(ByteBuf out, String mechanism, String data) {
    int start = Frames.begin(out, Tags.PASSWORD);
    Frames.string(out, mechanism);
    byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.writeBytes(bytes);
    Frames.end(out, start);
  }

  public static void saslResponse(ByteBuf out, String data) {
    int start = Frames.begin(out, Tags.PASSWORD);
    out.writeCharSequence(data, StandardCharsets.UTF_8);
    Frames.end(out, start);
  }

  /// A client's choice of a SASL mechanism.
  ///
  /// @param data first message of the mechanism, when it came along
  public record SaslInitial(String mechanism, Optional<String> data) {}

  /// @param body of a SASLInitialResponse
  /// @throws WireException when lengths do not fit the body
  public static SaslInitial readSaslInitial(byte[] body) {
    int end = Bytes.zeroAt(body, 0);
    if (end < 0 || body.length - end - 1 < 4) {
      throw new WireException("SASL initial response of " + body.length + " bytes");
    }
    String mechanism = new String(body, 0, end, StandardCharsets.UTF_8);
    int dataBytes = Bytes.intAt(body, end + 1);
    if (dataBytes == -1 && body.length == end + 5) {
      return new SaslInitial(mechanism, Optional.empty());
    }
    if (dataBytes != body.length - end - 5) {
      throw new WireException("SASL initial response with data length " + dataBytes);
    }
    return new SaslInitial(
        mechanism, Optional.of(new String(body, end + 5, dataBytes, StandardCharsets.UTF_8)));
  }

  /// The client-first message of a SASLInitialResponse.
  ///
  /// @return mechanism and data
  /// @throws WireException when lengths do not fit the body
  public static Map.Entry<String, String> readSaslInitial(byte[] body, int length) {
    SaslInitial initial = readSaslInitial(java.util.Arrays.copyOf(body, length));
    return Map.entry(initial.mechanism(), initial.data().orElse(""));
  }
}

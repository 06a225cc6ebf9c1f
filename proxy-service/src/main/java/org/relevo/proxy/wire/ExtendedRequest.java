package org.relevo.proxy.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A client's message of the extended query protocol, read whole. For conversations that the
/// service answers itself; text is UTF-8.
public sealed interface ExtendedRequest {
  /// @param parameterTypes type OIDs, 0 for "to be inferred"; may be shorter than the parameters
  record Parse(String statement, String sql, List<Integer> parameterTypes)
      implements ExtendedRequest {
    public Parse {
      parameterTypes = List.copyOf(parameterTypes);
    }
  }

  /// @param parameterFormats none, one for all, or one for each; true is binary
  /// @param resultFormats as the parameters'
  record Bind(
      String portal,
      String statement,
      List<Boolean> parameterFormats,
      List<@Nullable ByteString> parameters,
      List<Boolean> resultFormats)
      implements ExtendedRequest {
    /// Whether the value with this number, from 0, is in binary.
    public static boolean binary(List<Boolean> formats, int index) {
      return switch (formats.size()) {
        case 0 -> false;
        case 1 -> formats.getFirst();
        default -> index < formats.size() && formats.get(index);
      };
    }
  }

  /// @param portal whether a portal is meant, otherwise a statement
  record Describe(boolean portal, String name) implements ExtendedRequest {}

  /// @param maxRows 0 for all
  record Execute(String portal, int maxRows) implements ExtendedRequest {}

  /// @param portal whether a portal is meant, otherwise a statement
  record Close(boolean portal, String name) implements ExtendedRequest {}

  /// @param body without header
  /// @throws WireException when lengths or counts do not fit the body
  static Parse parse(byte[] body) {
    Reader in = new Reader(body);
    String statement = in.string();
    String sql = in.string();
    int count = in.count();
    List<Integer> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      types.add(in.int32());
    }
    in.end();
    return new Parse(statement, sql, types);
  }

  /// @throws WireException as [#parse]
  static Bind bind(byte[] body) {
    Reader in = new Reader(body);
    String portal = in.string();
    String statement = in.string();
    List<Boolean> parameterFormats = in.formats();
    int count = in.count();
    List<@Nullable ByteString> parameters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parameters.add(in.value());
    }
    List<Boolean> resultFormats = in.formats();
    in.end();
    return new Bind(portal, statement, parameterFormats, parameters, resultFormats);
  }

  /// @throws WireException as [#parse]
  static Describe describe(byte[] body) {
    Reader in = new Reader(body);
    Describe describe = new Describe(in.isPortal(), in.string());
    in.end();
    return describe;
  }

  /// @throws WireException as [#parse]
  static Execute execute(byte[] body) {
    Reader in = new Reader(body);
    Execute execute = new Execute(in.string(), in.int32());
    in.end();
    return execute;
  }

  /// @throws WireException as [#parse]
  static Close close(byte[] body) {
    Reader in = new Reader(body);
    Close close = new Close(in.isPortal(), in.string());
    in.end();
    return close;
  }

  /// A Query message's text.
  ///
  /// @throws WireException as [#parse]
  static String query(byte[] body) {
    Reader in = new Reader(body);
    String sql = in.string();
    in.end();
    return sql;
  }

  /// Reads a body from its beginning. Owner: one call.
  final class Reader {
    private final byte[] body;
    private int at;

    private Reader(byte[] body) {
      this.body = body;
    }

    private String string() {
      int end = Bytes.zeroAt(body, at);
      if (end < 0) {
        throw new WireException("message with an unterminated text");
      }
      String text = new String(body, at, end - at, StandardCharsets.UTF_8);
      at = end + 1;
      return text;
    }

    private int int32() {
      need(4);
      at += 4;
      return Bytes.intAt(body, at - 4);
    }

    private int int16() {
      need(2);
      at += 2;
      return (body[at - 2] & 0xFF) << 8 | (body[at - 1] & 0xFF);
    }

    /// A number of things that take two bytes each at least.
    private int count() {
      int count = int16();
      need(2L * count);
      return count;
    }

    private List<Boolean> formats() {
      int count = count();
      List<Boolean> formats = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int format = int16();
        if (format > 1) {
          throw new WireException("format code " + format);
        }
        formats.add(format == 1);
      }
      return formats;
    }

    private @Nullable ByteString value() {
      int length = int32();
      if (length == -1) {
        return null;
      }
      if (length < 0) {
        throw new WireException("parameter of length " + length);
      }
      need(length);
      at += length;
      return ByteString.copyOf(body, at - length, at);
    }

    private boolean isPortal() {
      need(1);
      byte kind = body[at++];
      if (kind != 'P' && kind != 'S') {
        throw new WireException("neither a portal nor a statement: " + kind);
      }
      return kind == 'P';
    }

    private void need(long bytes) {
      if (bytes > body.length - at) {
        throw new WireException("message of " + body.length + " bytes ends before its last field");
      }
    }

    private void end() {
      if (at != body.length) {
        throw new WireException((body.length - at) + " bytes after a message's last field");
      }
    }
  }
}

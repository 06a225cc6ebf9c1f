package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.relevo.proxy.core.SqlState;

/// An ErrorResponse or NoticeResponse with all its fields, by their code letters.
public record BackendError(Map<Character, String> fields) {
  /// Severity and code come first.
  private static final int MOST_OF_HEAD = 128;

  public BackendError {
    fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /// An error of the service's own that ends the session.
  public static BackendError fatal(SqlState state, String message) {
    return of("FATAL", state.code(), message);
  }

  public static BackendError of(String severity, String sqlState, String message) {
    Map<Character, String> fields = new LinkedHashMap<>();
    fields.put('S', severity);
    fields.put('V', severity);
    fields.put('C', sqlState);
    fields.put('M', message);
    return new BackendError(fields);
  }

  public BackendError withHint(String hint) {
    Map<Character, String> more = new LinkedHashMap<>(fields);
    more.put('H', hint);
    return new BackendError(more);
  }

  public BackendError withDetail(String detail) {
    Map<Character, String> more = new LinkedHashMap<>(fields);
    more.put('D', detail);
    return new BackendError(more);
  }

  /// The same as the end of the session.
  public BackendError asFatal() {
    return withSeverity("FATAL");
  }

  /// The same as the end of a statement.
  public BackendError asError() {
    return withSeverity("ERROR");
  }

  private BackendError withSeverity(String severity) {
    Map<Character, String> more = new LinkedHashMap<>(fields);
    more.put('S', severity);
    more.put('V', severity);
    return new BackendError(more);
  }

  /// Of a notice: that something is not as it should be.
  public boolean isWarning() {
    return "WARNING".equals(fields.get('V'));
  }

  public String sqlState() {
    return fields.getOrDefault('C', "");
  }

  public String message() {
    return fields.getOrDefault('M', "");
  }

  /// What ends with an error.
  public enum Ends {
    STATEMENT,
    /// Such as by a time limit.
    SESSION,
    /// 57P01, 57P02 and 57P03: the server is going away.
    SERVER
  }

  /// First letter of an ErrorResponse's severity, in no language: E, F or P.
  ///
  /// @param frame with its header; not changed
  public static byte severity(ByteBuf frame) {
    int at = frame.readerIndex() + 5;
    int end = frame.writerIndex();
    while (at + 1 < end && frame.getByte(at) != 0) {
      if (frame.getByte(at) == 'V') {
        return frame.getByte(at + 1);
      }
      int zero = frame.indexOf(at + 1, end, (byte) 0);
      at = zero < 0 ? end : zero + 1;
    }
    return 'E';
  }

  /// Reads only as much of an ErrorResponse as it takes.
  ///
  /// @param frame with its header; not changed
  public static Ends ends(ByteBuf frame) {
    byte[] body = new byte[Math.min(MOST_OF_HEAD, frame.readableBytes() - 5)];
    frame.getBytes(frame.readerIndex() + 5, body);
    String severity = "";
    int at = 0;
    while (at < body.length && body[at] != 0) {
      int end = Bytes.zeroAt(body, at + 1);
      if (end < 0) {
        return Ends.STATEMENT;
      }
      String value = new String(body, at + 1, end - at - 1, StandardCharsets.UTF_8);
      if (body[at] == 'V') {
        severity = value;
      } else if (body[at] == 'C') {
        return !severity.equals("FATAL") && !severity.equals("PANIC")
            ? Ends.STATEMENT
            : switch (value) {
              case "57P01", "57P02", "57P03" -> Ends.SERVER;
              default -> Ends.SESSION;
            };
      }
      at = end + 1;
    }
    return Ends.STATEMENT;
  }

  /// Reads a message's body; missing and unknown fields are no problem.
  ///
  /// @throws WireException when a field is not terminated
  public static BackendError read(byte[] body) {
    Map<Character, String> fields = new LinkedHashMap<>();
    int at = 0;
    while (at < body.length && body[at] != 0) {
      int end = Bytes.zeroAt(body, at + 1);
      if (end < 0) {
        throw new WireException("error message with an unterminated field");
      }
      fields.put(
          (char) (body[at] & 0xFF), new String(body, at + 1, end - at - 1, StandardCharsets.UTF_8));
      at = end + 1;
    }
    return new BackendError(fields);
  }

  /// Writes an ErrorResponse.
  public void writeTo(ByteBuf out) {
    int start = Frames.begin(out, Tags.ERROR_RESPONSE);
    fields.forEach((code, value) -> {
      out.writeByte(code);
      Frames.string(out, value);
    });
    out.writeByte(0);
    Frames.end(out, start);
  }
}

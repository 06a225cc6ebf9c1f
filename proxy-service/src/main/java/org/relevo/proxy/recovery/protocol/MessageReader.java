package org.relevo.proxy.recovery.protocol;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.recovery.protocol.ServerMessage.Authentication;
import org.relevo.proxy.recovery.protocol.ServerMessage.CommandComplete;
import org.relevo.proxy.recovery.protocol.ServerMessage.CopyData;
import org.relevo.proxy.recovery.protocol.ServerMessage.CopyDone;
import org.relevo.proxy.recovery.protocol.ServerMessage.CopyOut;
import org.relevo.proxy.recovery.protocol.ServerMessage.DataRow;
import org.relevo.proxy.recovery.protocol.ServerMessage.ErrorResponse;
import org.relevo.proxy.recovery.protocol.ServerMessage.Ignored;
import org.relevo.proxy.recovery.protocol.ServerMessage.ParameterStatus;
import org.relevo.proxy.recovery.protocol.ServerMessage.ReadyForQuery;
import org.relevo.proxy.recovery.protocol.ServerMessage.RowDescription;

/// Cuts the server's bytes into messages. Lengths and counts are checked before anything is
/// allocated: what arrives is never trusted.
///
/// Owner: the thread that owns the connection.
final class MessageReader {
  static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int MAX_COLUMNS = 1664;

  private final DataInputStream in;

  MessageReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  ServerMessage next() throws IOException {
    char tag;
    byte[] body;
    try {
      tag = (char) in.readUnsignedByte();
      int length = in.readInt();
      if (length < 4 || length > MAX_MESSAGE_BYTES) {
        throw new IOException(
            "the server's bytes are no PostgreSQL messages: '%s' of %d bytes"
                .formatted(printable(tag), length));
      }
      body = new byte[length - 4];
      in.readFully(body);
    } catch (EOFException e) {
      throw new IOException("the server closed the connection in the middle of the stream", e);
    }
    try {
      return decode(tag, body);
    } catch (java.nio.BufferUnderflowException e) {
      throw new IOException("message '%s' of the server is cut".formatted(printable(tag)), e);
    }
  }

  private static ServerMessage decode(char tag, byte[] body) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(body);
    return switch (tag) {
      case 'R' -> new Authentication(buffer.getInt(), buffer.slice());
      case 'S' -> new ParameterStatus(cString(buffer), cString(buffer));
      case 'T' -> rowDescription(buffer);
      case 'D' -> dataRow(buffer);
      case 'C' -> new CommandComplete();
      case 'H' -> new CopyOut();
      case 'd' -> new CopyData(buffer);
      case 'c' -> new CopyDone();
      case 'Z' -> new ReadyForQuery();
      case 'E' -> new ErrorResponse(errorFields(buffer));
      case 'N', 'K', 'A', 'I', 'v' -> new Ignored(tag);
      default ->
          throw new IOException("unknown message '%s' from the server".formatted(printable(tag)));
    };
  }

  private static RowDescription rowDescription(ByteBuffer buffer) throws IOException {
    int count = count(buffer);
    List<String> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      columns.add(cString(buffer));
      for (int skipped = 0; skipped < 18; skipped++) {
        buffer.get(); // table, column, type, length, modifier, format
      }
    }
    return new RowDescription(columns);
  }

  private static DataRow dataRow(ByteBuffer buffer) throws IOException {
    int count = count(buffer);
    List<Optional<String>> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = buffer.getInt();
      if (length == -1) {
        values.add(Optional.empty());
        continue;
      }
      if (length < 0 || length > buffer.remaining()) {
        throw new IOException("a row of the server has a value of " + length + " bytes");
      }
      byte[] value = new byte[length];
      buffer.get(value);
      values.add(Optional.of(new String(value, StandardCharsets.UTF_8)));
    }
    return new DataRow(values);
  }

  private static Map<Character, String> errorFields(ByteBuffer buffer) throws IOException {
    Map<Character, String> fields = new HashMap<>();
    for (byte code = buffer.get(); code != 0; code = buffer.get()) {
      fields.put((char) code, cString(buffer));
    }
    return fields;
  }

  private static int count(ByteBuffer buffer) throws IOException {
    int count = buffer.getShort();
    if (count < 0 || count > MAX_COLUMNS) {
      throw new IOException("the server announced " + count + " columns");
    }
    return count;
  }

  static String cString(ByteBuffer buffer) throws IOException {
    int start = buffer.position();
    int end = start;
    while (end < buffer.limit() && buffer.get(end) != 0) {
      end++;
    }
    if (end == buffer.limit()) {
      throw new IOException("a text of the server does not end");
    }
    String text = StandardCharsets.UTF_8.decode(buffer.slice(start, end - start)).toString();
    buffer.position(end + 1);
    return text;
  }

  private static String printable(char tag) {
    return tag >= ' ' && tag <= '~' ? String.valueOf(tag) : "0x%02x".formatted((int) tag);
  }
}

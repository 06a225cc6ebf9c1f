package org.relevo.proxy.pcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Messages to a client, ready to be sent.
final class PcpReply {
  private static final String DONE = "CommandComplete";

  /// Each part of an error, as pgpool-II cuts them.
  private static final int MOST_ERROR_CHARS = 250;

  private PcpReply() {}

  static byte[] done(char type) {
    return texts(type, List.of(DONE));
  }

  static byte[] done(char type, List<String> fields) {
    return texts(type, DONE, fields);
  }

  static byte[] row(char type, String kind, List<String> fields) {
    return texts(type, kind, fields);
  }

  /// How many rows follow, as text.
  static byte[] arraySize(char type, int rows) {
    return texts(type, List.of("ArraySize", Integer.toString(rows)));
  }

  /// The same as a binary number, which `pcp_pool_status` reads.
  static byte[] binaryArraySize(char type, int rows) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    put(body, "ArraySize");
    body.writeBytes(ByteBuffer.allocate(4).putInt(rows).array());
    return message(type, body.toByteArray());
  }

  static byte[] bytes(char type, byte[] body) {
    return message(type, body);
  }

  static byte[] error(boolean fatal, String sqlState, String text) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    part(body, 'S', fatal ? "FATAL" : "ERROR");
    part(body, 'C', sqlState);
    part(body, 'M', text);
    body.write(0);
    return message('E', body.toByteArray());
  }

  private static void part(ByteArrayOutputStream body, char field, String text) {
    body.write(field);
    put(body, text.length() > MOST_ERROR_CHARS ? text.substring(0, MOST_ERROR_CHARS) : text);
  }

  private static byte[] texts(char type, String first, List<String> fields) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    put(body, first);
    fields.forEach(field -> put(body, field));
    return message(type, body.toByteArray());
  }

  private static byte[] texts(char type, List<String> fields) {
    return texts(type, fields.getFirst(), fields.subList(1, fields.size()));
  }

  private static void put(ByteArrayOutputStream body, String text) {
    body.writeBytes(text.replace('\0', ' ').getBytes(StandardCharsets.UTF_8));
    body.write(0);
  }

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(4 + body.length)
        .put(body)
        .array();
  }
}

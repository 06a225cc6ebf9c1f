package org.relevo.proxy.situations;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// The server's messages as text, field by field. What differs from run to run is masked: process
/// numbers, keys, OIDs of objects that the test makes, the newest protocol that is served.
final class AnswerText {
  /// `FirstNormalObjectId` of PostgreSQL.
  private static final int FIRST_NORMAL_OID = 16384;

  private static final int SHOWN_BYTES = 200;
  private static final Pattern NUMBER = Pattern.compile("\\b(Process|PID|type|3\\.0 to) [0-9.]+");

  private final ByteBuffer in;
  private final StringBuilder out = new StringBuilder();

  private AnswerText(byte[] body) {
    in = ByteBuffer.wrap(body);
  }

  static String of(char tag, byte[] body) {
    AnswerText text = new AnswerText(body);
    text.describe(tag);
    if (text.in.hasRemaining()) {
      text.out.append(" and ").append(text.in.remaining()).append(" bytes more");
    }
    return text.out.toString();
  }

  private void describe(char tag) {
    switch (tag) {
      case 'R' -> out.append("Authentication ").append(in.getInt()).append(skipRest());
      case 'S' -> out.append("ParameterStatus ").append(string()).append('=').append(string());
      case 'K' -> out.append("BackendKeyData ").append(body() - 4).append(skipRest());
      case 'Z' -> out.append("ReadyForQuery ").append((char) in.get());
      case 'C' -> out.append("CommandComplete ").append(string());
      case 'T' -> rowDescription();
      case 'D' -> dataRow();
      case 'E' -> fields("ErrorResponse");
      case 'N' -> fields("NoticeResponse");
      case 'A' -> {
        in.getInt();
        out.append("Notification ").append(string()).append(" '").append(string()).append('\'');
      }
      case 'G' -> copy("CopyInResponse");
      case 'H' -> copy("CopyOutResponse");
      case 'W' -> copy("CopyBothResponse");
      case 'd' -> out.append("CopyData ").append(value(body()));
      case 't' -> {
        out.append("ParameterDescription");
        for (int i = in.getShort(); i > 0; i--) {
          out.append(' ').append(oid());
        }
      }
      case 'V' -> {
        int length = in.getInt();
        out.append("FunctionCallResponse ").append(length < 0 ? "NULL" : value(length));
      }
      case 'v' -> {
        out.append("NegotiateProtocolVersion ").append(version());
        for (int i = in.getInt(); i > 0; i--) {
          out.append(' ').append(string());
        }
      }
      case '1' -> out.append("ParseComplete");
      case '2' -> out.append("BindComplete");
      case '3' -> out.append("CloseComplete");
      case 'c' -> out.append("CopyDone");
      case 'n' -> out.append("NoData");
      case 's' -> out.append("PortalSuspended");
      case 'I' -> out.append("EmptyQueryResponse");
      default -> out.append("message '").append(tag).append("' ").append(value(body()));
    }
  }

  /// 3 and what is left in the low half: some versions answer the minor number alone.
  private String version() {
    int version = in.getInt();
    return (version >> 16) + "." + (version & 0xFFFF);
  }

  private void rowDescription() {
    out.append("RowDescription");
    for (int i = in.getShort(); i > 0; i--) {
      out.append(" ").append(string()).append("(").append(oid());
      out.append('.').append(in.getShort()).append(' ').append(oid());
      out.append('/').append(in.getShort()).append('/').append(in.getInt());
      out.append(" f").append(in.getShort()).append(')');
    }
  }

  private void dataRow() {
    out.append("DataRow");
    for (int i = in.getShort(); i > 0; i--) {
      int length = in.getInt();
      out.append(' ').append(length < 0 ? "NULL" : value(length));
    }
  }

  private void fields(String name) {
    TreeMap<Character, String> fields = new TreeMap<>();
    for (char key = (char) in.get(); key != 0; key = (char) in.get()) {
      fields.put(key, NUMBER.matcher(string()).replaceAll("$1 *"));
    }
    out.append(name);
    fields.forEach((key, text) -> out.append(' ').append(key).append('=').append(text));
  }

  private void copy(String name) {
    out.append(name).append(' ').append(in.get());
    for (int i = in.getShort(); i > 0; i--) {
      out.append(' ').append(in.getShort());
    }
  }

  private String oid() {
    int oid = in.getInt();
    return oid < 0 || oid >= FIRST_NORMAL_OID ? "*" : String.valueOf(oid);
  }

  private int body() {
    return in.remaining();
  }

  private String skipRest() {
    in.position(in.limit());
    return "";
  }

  private String string() {
    int begin = in.position();
    int end = begin;
    while (in.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - begin];
    in.get(bytes);
    in.get();
    return text(bytes);
  }

  private String value(int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    if (length > SHOWN_BYTES) {
      CRC32 sum = new CRC32();
      sum.update(bytes);
      return length + " bytes, sum " + Long.toHexString(sum.getValue());
    }
    return "'" + text(bytes) + "'";
  }

  private static String text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean shown = text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\t' || c == '\r');
      if (shown) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
      }
    } catch (CharacterCodingException _) {
      // Shown in hexadecimal like all that is no text.
    }
    return "\\x" + HexFormat.of().formatHex(bytes);
  }
}

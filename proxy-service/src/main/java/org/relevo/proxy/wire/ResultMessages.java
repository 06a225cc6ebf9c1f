package org.relevo.proxy.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The server's messages of a query's answer, for queries that the service answers itself. Text is
/// UTF-8.
public final class ResultMessages {
  /// One column of a RowDescription.
  ///
  /// @param typeOid as in `pg_type`
  /// @param typeBytes fixed length of a value, -1 when it varies
  /// @param binary whether values follow in binary
  public record Field(String name, int typeOid, int typeBytes, boolean binary) {}

  private ResultMessages() {}

  public static void rowDescription(ByteBuf out, List<Field> fields) {
    int start = Frames.begin(out, (byte) 'T');
    out.writeShort(fields.size());
    for (Field field : fields) {
      Frames.string(out, field.name());
      out.writeInt(0); // no table
      out.writeShort(0); // no column of one
      out.writeInt(field.typeOid());
      out.writeShort(field.typeBytes());
      out.writeInt(-1); // no modifier
      out.writeShort(field.binary() ? 1 : 0);
    }
    Frames.end(out, start);
  }

  /// @param values null for SQL NULL
  public static void dataRow(ByteBuf out, List<byte @Nullable []> values) {
    int start = Frames.begin(out, Tags.DATA_ROW);
    out.writeShort(values.size());
    for (byte @Nullable [] value : values) {
      if (value == null) {
        out.writeInt(-1);
      } else {
        out.writeInt(value.length);
        out.writeBytes(value);
      }
    }
    Frames.end(out, start);
  }

  public static void parameterDescription(ByteBuf out, List<Integer> typeOids) {
    int start = Frames.begin(out, (byte) 't');
    out.writeShort(typeOids.size());
    typeOids.forEach(out::writeInt);
    Frames.end(out, start);
  }

  public static void commandComplete(ByteBuf out, String tag) {
    int start = Frames.begin(out, (byte) 'C');
    Frames.string(out, tag);
    Frames.end(out, start);
  }

  public static void parseComplete(ByteBuf out) {
    empty(out, '1');
  }

  public static void bindComplete(ByteBuf out) {
    empty(out, '2');
  }

  public static void closeComplete(ByteBuf out) {
    empty(out, '3');
  }

  public static void noData(ByteBuf out) {
    empty(out, 'n');
  }

  public static void portalSuspended(ByteBuf out) {
    empty(out, 's');
  }

  public static void emptyQuery(ByteBuf out) {
    empty(out, 'I');
  }

  /// The bytes of a text value.
  public static byte[] text(String value) {
    return value.replace("\0", "").getBytes(StandardCharsets.UTF_8);
  }

  private static void empty(ByteBuf out, char tag) {
    Frames.end(out, Frames.begin(out, (byte) tag));
  }
}

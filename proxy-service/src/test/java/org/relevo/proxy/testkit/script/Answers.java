package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.relevo.proxy.wire.BackendError;

/// Writes what a scripted server says.
final class Answers {
  final ByteBuf out = Unpooled.buffer();

  void rowDescription(BackendSql.Statement statement) {
    int columns = statement.columns();
    out.writeByte('T').writeInt(6 + 20 * columns).writeShort(columns);
    for (int i = 0; i < columns; i++) {
      out.writeByte('c').writeByte(0).writeZero(6).writeInt(25).writeShort(-1).writeInt(-1);
      out.writeShort(0);
    }
  }

  void parameterDescription(int parameters) {
    out.writeByte('t').writeInt(6 + 4 * parameters).writeShort(parameters);
    for (int i = 0; i < parameters; i++) {
      out.writeInt(25);
    }
  }

  void dataRow(List<String> values) {
    int start = out.writerIndex();
    out.writeByte('D').writeInt(0).writeShort(values.size());
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length).writeBytes(bytes);
    }
    out.setInt(start + 1, out.writerIndex() - start - 1);
  }

  /// @param tag `G` or `H`
  void copyBegins(char tag) {
    out.writeByte(tag).writeInt(7).writeByte(0).writeShort(0);
  }

  void copyData(String text) {
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte('d').writeInt(4 + line.length).writeBytes(line);
  }

  void complete(String command) {
    byte[] bytes = (command + "\0").getBytes(StandardCharsets.UTF_8);
    out.writeByte('C').writeInt(4 + bytes.length).writeBytes(bytes);
  }

  void empty(char tag) {
    out.writeByte(tag).writeInt(4);
  }

  void error(SqlError error, String severity) {
    BackendError.of(severity, error.state(), String.valueOf(error.getMessage())).writeTo(out);
  }

  void notice(String text) {
    int start = out.writerIndex();
    BackendError.of("NOTICE", "00000", text).writeTo(out);
    out.setByte(start, 'N');
  }
}

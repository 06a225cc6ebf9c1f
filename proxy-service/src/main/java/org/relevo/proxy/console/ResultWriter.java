package org.relevo.proxy.console;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.ExtendedRequest;
import org.relevo.proxy.wire.ResultMessages;

/// Writes a result's messages piece by piece, so that a long one never stands in memory whole.
///
/// Owner: the event loop of the client.
public final class ResultWriter {
  private final ResultTable table;
  private final List<Boolean> formats;
  private long written;

  /// @param formats as in a Bind message: none, one for all, or one for each column
  public ResultWriter(ResultTable table, List<Boolean> formats) {
    this.table = table;
    this.formats = List.copyOf(formats);
  }

  /// Writes RowDescription.
  public static void describe(ByteBuf out, List<Column> columns, List<Boolean> formats) {
    List<ResultMessages.Field> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      fields.add(
          new ResultMessages.Field(
              column.name(),
              column.type().oid(),
              column.type().bytes(),
              ExtendedRequest.Bind.binary(formats, i)));
    }
    ResultMessages.rowDescription(out, fields);
  }

  /// Writes DataRow messages.
  ///
  /// @param maxRows stops after so many
  /// @param untilBytes stops when the buffer holds as much
  /// @return rows written
  public long write(ByteBuf out, long maxRows, int untilBytes) {
    long rows = 0;
    while (rows < maxRows && out.readableBytes() < untilBytes && table.rows().hasNext()) {
      ResultMessages.dataRow(out, values(table.rows().next()));
      rows++;
    }
    written += rows;
    return rows;
  }

  private List<byte @Nullable []> values(Row row) {
    List<byte @Nullable []> values = new ArrayList<>(row.values().size());
    for (int i = 0; i < row.values().size(); i++) {
      Object value = row.values().get(i);
      ColumnType type = table.columns().get(i).type();
      if (value == null) {
        values.add(null);
      } else if (ExtendedRequest.Bind.binary(formats, i)) {
        values.add(type.binary(value));
      } else {
        values.add(ResultMessages.text(type.text(value)));
      }
    }
    return values;
  }

  public boolean done() {
    return !table.rows().hasNext();
  }

  /// CommandComplete's text.
  public String tag() {
    return table.tag().equals("SELECT") ? "SELECT " + written : table.tag();
  }
}

package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.relevo.proxy.determinism.Plan;
import org.relevo.proxy.determinism.TableShape;
import org.relevo.proxy.determinism.WriteShape;
import org.relevo.proxy.determinism.WriteShape.Action;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.wire.Tags;

/// The rows of one statement: the main node is asked to return the columns that the others need,
/// which the client does not see, and the others get them one by one, in the format in which they
/// came.
///
/// Owner: the session's thread; used once.
final class RowCarrier {
  private static final byte[] UNNAMED = {};

  private final WriteShape shape;
  private final TableShape table;
  private final List<String> columns;
  private final boolean binary;
  private final boolean describes;
  private final ClientPort client;
  private final List<byte[]> rows = new ArrayList<>();
  private long bytes;

  RowCarrier(Plan.Rows plan, Work work, ClientPort client) {
    this.shape = plan.shape();
    this.table = plan.table();
    this.columns = columns(plan);
    this.binary = work.carriedInBinary();
    this.describes = work.describes();
    this.client = client;
  }

  /// What the others need of a row: all of a new one, what was set and the key of an old one.
  private static List<String> columns(Plan.Rows plan) {
    if (plan.shape().action() == Action.INSERT) {
      return plan.table().writable();
    }
    List<String> needed = new ArrayList<>();
    if (plan.shape().action() == Action.UPDATE) {
      plan.shape().columns().stream().distinct().forEach(needed::add);
    }
    needed.addAll(plan.table().key());
    return needed;
  }

  static int count(Plan.Rows plan) {
    return columns(plan).size();
  }

  /// The main node's text.
  static byte[] text(byte[] text, SqlStatement statement, Plan.Rows plan) {
    StringBuilder more = new StringBuilder(plan.shape().returning() ? ", " : " RETURNING ");
    String separator = "";
    for (String column : columns(plan)) {
      more.append(separator)
          .append(Quote.name(plan.shape().alias()))
          .append('.')
          .append(Quote.name(column));
      separator = ", ";
    }
    byte[] added = FactsDesk.bytes(more.toString());
    ByteArrayOutputStream whole = new ByteArrayOutputStream(text.length + added.length);
    whole.write(text, 0, statement.to());
    whole.write(added, 0, added.length);
    whole.write(text, statement.to(), text.length - statement.to());
    return whole.toByteArray();
  }

  /// What the main node says: rows are kept, and the client gets its own part.
  void fromMain(Frame frame) {
    switch (frame.tag()) {
      case 'T' -> {
        if (shape.returning()) {
          client.pass(new Frame((byte) 'T', withoutFields(frame)));
        } else if (describes) {
          client.pass(new Frame((byte) 'n', new byte[0]));
        }
      }
      case Tags.DATA_ROW -> row(frame);
      default -> client.pass(frame);
    }
  }

  private byte[] withoutFields(Frame description) {
    int kept = description.int16(0) - columns.size();
    int at = 2;
    for (int i = 0; i < kept; i++) {
      while (description.body()[at] != 0) {
        at++;
      }
      at += 1 + 18;
    }
    return counted(description.body(), kept, at);
  }

  private static byte[] counted(byte[] body, int count, int end) {
    byte[] part = Arrays.copyOf(body, end);
    part[0] = (byte) (count >> 8);
    part[1] = (byte) count;
    return part;
  }

  private void row(Frame frame) {
    int own = frame.int16(0) - columns.size();
    int at = 2;
    for (int i = 0; i < own; i++) {
      at += 4 + Math.max(0, frame.int32(at));
    }
    rows.add(Arrays.copyOfRange(frame.body(), at, frame.body().length));
    bytes += frame.body().length;
    if (shape.returning()) {
      client.pass(new Frame(Tags.DATA_ROW, counted(frame.body(), own, at)));
    }
    if (bytes > FanoutLimits.MAX_CARRIED_BYTES) {
      rows.clear();
    }
  }

  boolean tooMany() {
    return bytes > FanoutLimits.MAX_CARRIED_BYTES;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /// What each other node has to answer.
  Answer expected() {
    Answer answer = new Answer();
    String tag =
        switch (shape.action()) {
          case INSERT -> "INSERT 0 1";
          case UPDATE -> "UPDATE 1";
          case DELETE -> "DELETE 1";
        };
    for (int i = 0; i < rows.size(); i++) {
      answer.tag(tag);
    }
    return answer;
  }

  /// Puts the rows together for a node.
  void put(NodeLink link) {
    link.out().parse(UNNAMED, FactsDesk.bytes(statement()), new int[0]);
    link.own();
    boolean _ = link.prepared().remove("") != null;
    for (byte[] row : rows) {
      bind(link.out(), row);
      link.own();
      link.out().execute(UNNAMED);
      link.asked();
    }
    link.out().sync();
    link.asksReady();
  }

  private void bind(Out out, byte[] row) {
    ByteBuf body = Unpooled.buffer(row.length + 16);
    body.writeByte(0).writeByte(0);
    body.writeShort(1).writeShort(binary ? 1 : 0);
    body.writeShort(columns.size()).writeBytes(row);
    body.writeShort(0);
    byte[] bytes = new byte[body.readableBytes()];
    body.readBytes(bytes);
    out.frame(Tags.BIND, bytes);
  }

  private String statement() {
    return switch (shape.action()) {
      case INSERT -> insert();
      case UPDATE -> update();
      case DELETE -> "DELETE FROM " + table.name() + " WHERE " + key(1);
    };
  }

  private String insert() {
    StringBuilder names = new StringBuilder();
    StringBuilder values = new StringBuilder();
    StringBuilder updates = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      String name = Quote.name(columns.get(i));
      names.append(i == 0 ? "" : ", ").append(name);
      values.append(i == 0 ? "$" : ", $").append(i + 1);
      if (!table.key().contains(columns.get(i))) {
        updates.append(updates.isEmpty() ? "" : ", ").append(name + " = EXCLUDED." + name);
      }
    }
    String conflict = "";
    if (shape.updates()) {
      List<String> keys = table.key().stream().map(Quote::name).toList();
      conflict =
          " ON CONFLICT (%s) DO %s"
              .formatted(
                  String.join(", ", keys), updates.isEmpty() ? "NOTHING" : "UPDATE SET " + updates);
    }
    return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)%s"
        .formatted(table.name(), names, values, conflict);
  }

  private String update() {
    int set = columns.size() - table.key().size();
    StringBuilder sets = new StringBuilder();
    for (int i = 0; i < set; i++) {
      sets.append(i == 0 ? "" : ", ")
          .append(Quote.name(columns.get(i)))
          .append(" = $")
          .append(i + 1);
    }
    return "UPDATE " + table.name() + " SET " + sets + " WHERE " + key(set + 1);
  }

  private String key(int first) {
    StringBuilder where = new StringBuilder();
    int number = first;
    for (String column : table.key()) {
      where.append(where.isEmpty() ? "" : " AND ");
      where.append(Quote.name(column)).append(" = $").append(number++);
    }
    return where.toString();
  }
}

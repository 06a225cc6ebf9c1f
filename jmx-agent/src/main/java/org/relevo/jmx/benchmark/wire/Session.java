package org.relevo.jmx.benchmark.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.benchmark.script.Command;
import org.relevo.jmx.benchmark.script.Scope;
import org.relevo.jmx.benchmark.script.SqlText;
import org.relevo.jmx.benchmark.script.Value;

/// Statements to a server and their answers, over one connection.
///
/// Owner: one job.
public final class Session implements Incoming.Reader {
  private static final String UNNAMED = "";
  private static final Integer SYNC = -1;

  private final Protocol protocol;
  private final Scope scope;
  private final Outgoing out = new Outgoing();
  private final Incoming in = new Incoming();
  private final BitSet prepared = new BitSet();

  /// Statements that are being parsed, and where a Sync is among them.
  private final Deque<Integer> parsing = new ArrayDeque<>();

  private final List<String> names = new ArrayList<>();
  private final List<@Nullable String> row = new ArrayList<>();
  private int rows;
  private int lastRows;
  private int outstanding;
  private char status = 'I';
  private boolean simpleQuery;
  private @Nullable ServerError error;

  /// The statement under way whose columns are kept.
  private Command.@Nullable Sql kept;

  private @Nullable Wire wire;

  public Session(Protocol protocol, Scope scope) {
    this.protocol = protocol;
    this.scope = scope;
  }

  /// A server's refusal.
  public record ServerError(String state, String message) {}

  /// Goes on with a new connection.
  public void use(Wire fresh) {
    wire = fresh;
    out.clear();
    in.clear();
    prepared.clear();
    parsing.clear();
    kept = null;
    outstanding = 0;
    status = 'I';
    error = null;
  }

  /// Puts a statement into the buffer, without asking for an answer yet in the extended protocols.
  public void statement(Command.Sql sql) {
    simpleQuery = protocol == Protocol.SIMPLE;
    kept = sql.keep() == Command.Keep.NOTHING ? null : sql;
    if (simpleQuery) {
      query(sql.text());
    } else {
      execute(sql.text());
    }
  }

  /// Asks for the answers of what was put into the buffer.
  public void sync() {
    if (!simpleQuery) {
      out.begin('S').end();
      parsing.addLast(SYNC);
      outstanding++;
    }
  }

  /// A text of our own, by itself.
  public void query(String text) {
    simpleQuery = true;
    out.begin('Q').text(text).zero().end();
    outstanding++;
  }

  private void query(SqlText sql) {
    out.begin('Q').text(sql.texts().getFirst());
    for (int i = 0; i < sql.names().size(); i++) {
      Value value = scope.find(sql.names().get(i));
      if (value instanceof Value.Int(long number)) {
        out.digits(number);
      } else {
        // What is not known stays as it is written, as in pgbench.
        out.text(value == null ? ":" + sql.names().get(i) : value.text());
      }
      out.text(sql.texts().get(i + 1));
    }
    out.zero().end();
    outstanding++;
  }

  private void execute(SqlText sql) {
    String name = UNNAMED;
    if (protocol == Protocol.PREPARED) {
      name = "P" + sql.number();
    }
    if (protocol == Protocol.EXTENDED || !prepared.get(sql.number())) {
      out.begin('P').text(name).zero().text(sql.parameterised()).zero().int16(0).end();
      if (protocol == Protocol.PREPARED) {
        prepared.set(sql.number());
        parsing.addLast(sql.number());
      }
    }
    out.begin('B').zero().text(name).zero().int16(0).int16(sql.names().size());
    for (String variable : sql.names()) {
      parameter(scope.find(variable));
    }
    out.int16(0).end();
    // The driver of pgbench describes each portal too.
    out.begin('D').text("P").zero().end();
    out.begin('E').zero().int32(0).end();
  }

  private void parameter(@Nullable Value value) {
    if (value == null || value instanceof Value.Null) {
      out.int32(-1);
    } else if (value instanceof Value.Int(long number) && number != Long.MIN_VALUE) {
      out.int32(Outgoing.digitCount(Math.abs(number)) + (number < 0 ? 1 : 0)).digits(number);
    } else {
      byte[] bytes = value.text().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      out.int32(bytes.length).bytes(bytes);
    }
  }

  /// @return whether everything is on its way; else it goes on when the socket can be written to
  public boolean flush() throws IOException {
    return out.flush(java.util.Objects.requireNonNull(wire));
  }

  /// Says good-bye.
  public void terminate() {
    out.clear();
    out.begin('X').end();
    try {
      flush();
    } catch (IOException _) {
      // The connection is about to be closed in any case; the server finds that out by itself.
      out.clear();
    }
  }

  /// Takes what the server has sent.
  ///
  /// @return whether all answers are there
  public boolean receive() throws IOException {
    in.receive(java.util.Objects.requireNonNull(wire), this);
    return outstanding == 0;
  }

  /// The first refusal among the answers, which is forgotten now.
  public @Nullable ServerError takeError() {
    ServerError first = error;
    error = null;
    return first;
  }

  public boolean inTransaction() {
    return status != 'I';
  }

  @Override
  public boolean wants(char type) {
    return switch (type) {
      case 'E', 'Z' -> true;
      case 'T', 'D' -> kept != null;
      default -> false;
    };
  }

  @Override
  public void message(char type, ByteBuffer body) throws IOException {
    switch (type) {
      case 'Z' -> ready((char) body.get());
      case 'E' -> refused(body);
      case '1' -> parsing.pollFirst();
      case 'T', 'D' -> {
        if (kept != null && type == 'T') {
          describe(body);
        } else if (kept != null) {
          row(body);
        }
      }
      case 'C', 'I' -> completed();
      case 'G' -> {
        out.begin('f').text("a benchmark sends no data for COPY").zero().end();
        if (!simpleQuery) {
          // What was sent while the server waited for data is gone, the Sync too.
          out.begin('S').end();
        }
        flush();
      }
      default -> {
        // Nothing that a load generator needs to know.
      }
    }
  }

  private void ready(char newStatus) {
    status = newStatus;
    outstanding--;
    // What was refused before its turn was not parsed.
    for (Integer number = parsing.pollFirst();
        number != null && !number.equals(SYNC);
        number = parsing.pollFirst()) {
      prepared.clear(number);
    }
    Command.Sql sql = kept;
    if (sql != null && sql.keep() == Command.Keep.ROW && error == null) {
      if (lastRows == 1) {
        assign(sql);
      } else {
        error = new ServerError("P0003", "\\gset expected one row, got " + lastRows);
      }
    }
    kept = null;
    names.clear();
    lastRows = 0;
  }

  private void refused(ByteBuffer body) {
    String state = "";
    String message = "";
    for (byte field = body.get(); field != 0; field = body.get()) {
      String text = Incoming.text(body);
      if (field == 'C') {
        state = text;
      } else if (field == 'M') {
        message = text;
      }
    }
    if (error == null) {
      error = new ServerError(state, message);
    }
  }

  private void describe(ByteBuffer body) {
    names.clear();
    rows = 0;
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      names.add(Incoming.text(body));
      body.position(body.position() + 18);
    }
  }

  private void row(ByteBuffer body) {
    rows++;
    row.clear();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      int length = body.getInt();
      if (length < 0) {
        row.add(null);
      } else {
        row.add(Incoming.bytes(body, body.position(), length));
        body.position(body.position() + length);
      }
    }
  }

  private void completed() {
    Command.Sql sql = kept;
    if (sql == null) {
      return;
    }
    if (sql.keep() == Command.Keep.ALL && rows > 0) {
      assign(sql);
    }
    lastRows = rows;
    rows = 0;
  }

  private void assign(Command.Sql sql) {
    for (int i = 0; i < names.size(); i++) {
      String value = row.get(i);
      scope.set(sql.prefix() + names.get(i), value == null ? Value.Null.IT : new Value.Text(value));
    }
  }
}

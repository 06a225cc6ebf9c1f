package org.relevo.proxy.testkit.script;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.StartupParser;
import org.relevo.proxy.wire.StartupRequest;

/// One connection to a scripted PostgreSQL: bytes in, bytes out, no channel, no clock. Speaks
/// start-up, the simple and the extended protocol and COPY, with PostgreSQL's rules for
/// transactions, prepared statements, portals, settings and errors inside a batch.
///
/// Owner: the test's one thread.
public final class BackendSession {
  private record Portal(
      BackendSql.@Nullable Statement statement,
      List<String> parameters,
      BackendExecutor.@Nullable Outcome outcome,
      int given) {}

  private final ScriptedBackend backend;
  private final int processId;
  private final BackendExecutor executor = new BackendExecutor();
  private final Map<String, Portal> portals = new HashMap<>();
  private final ByteBuf in = Unpooled.buffer();
  private final Answers answers = new Answers();
  private boolean started;
  private boolean ended;
  private boolean used;
  private boolean skipping;
  private boolean failed;
  private @Nullable String copyTable;
  private boolean copyExtended;
  private int copied;

  BackendSession(ScriptedBackend backend, int processId) {
    this.backend = backend;
    this.processId = processId;
  }

  /// Takes bytes of the client and does all that can be done.
  public void receive(byte[] bytes) {
    in.discardReadBytes().writeBytes(bytes);
    while (!ended && step()) {
      // one message after the other
    }
  }

  /// What it says; the reader moves the index.
  public ByteBuf out() {
    return answers.out;
  }

  /// Whether it closes the connection once all is read.
  public boolean ended() {
    return ended;
  }

  /// Whether anything was asked of it after its login.
  public boolean used() {
    return used;
  }

  public int processId() {
    return processId;
  }

  public String leftovers() {
    return executor.leftovers() + (copyTable == null ? "" : "COPY " + copyTable);
  }

  @Override
  public String toString() {
    return "server process %d %s %s".formatted(processId, leftovers(), executor.settings);
  }

  private boolean step() {
    if (!started) {
      StartupRequest request = StartupParser.parse(in);
      if (!(request instanceof StartupRequest.Incomplete)) {
        begin(request);
        return true;
      }
      return false;
    }
    if (in.readableBytes() < 5 || in.readableBytes() < 1 + in.getInt(in.readerIndex() + 1)) {
      return false;
    }
    char tag = (char) in.readByte();
    ByteBuf body = in.readSlice(in.readInt() - 4);
    backend.heard(this, tag, body);
    message(tag, body);
    return true;
  }

  private void begin(StartupRequest request) {
    switch (request) {
      case StartupRequest.SslRequest _, StartupRequest.GssEncRequest _ ->
          answers.out.writeByte('N');
      case StartupRequest.Startup startup -> {
        started = true;
        executor.settings.startup(startup.parameters());
        BackendMessages.authentication(answers.out, BackendMessages.AUTH_OK, new byte[0]);
        BackendMessages.parameterStatus(answers.out, "server_version", "18.0");
        news();
        BackendMessages.backendKeyData(answers.out, backend.key(processId));
        BackendMessages.readyForQuery(answers.out, 'I');
      }
      default -> ended = true;
    }
  }

  private void message(char tag, ByteBuf body) {
    used = true;
    if (tag == 'X') {
      ended = true;
    } else if (copyTable != null) {
      copyIn(tag, body);
    } else if (skipping && tag != 'S') {
      return;
    } else {
      try {
        switch (tag) {
          case 'Q' -> query(body);
          case 'S' -> sync();
          case 'P' -> parse(body);
          case 'B' -> bind(body);
          case 'D' -> describe(body);
          case 'E' -> execute(body);
          case 'C' -> close(body);
          case 'H', 'd', 'c', 'f' -> {
            // Flush; remains of a COPY that has failed
          }
          default -> {
            answers.error(
                new SqlError("08P01", "invalid frontend message type " + (int) tag), "FATAL");
            ended = true;
          }
        }
      } catch (SqlError e) {
        answers.error(e, "ERROR");
        failed = true;
        if (tag == 'Q') {
          ready();
        } else {
          skipping = true;
        }
      }
    }
  }

  // ------------------------------------------------------------------ simple protocol

  private void query(ByteBuf body) {
    executor.prepared.remove("");
    portals.remove("");
    executor.beginImplicit();
    List<BackendSql.Statement> statements = new ArrayList<>();
    for (String text : string(body).split(";", -1)) {
      BackendSql.Statement statement = BackendSql.read(text);
      if (statement != null) {
        statements.add(statement);
      }
    }
    if (statements.isEmpty()) {
      answers.empty('I');
    }
    for (BackendSql.Statement statement : statements) {
      if (statement.kind() == BackendSql.Kind.COPY_IN) {
        beginCopyIn(statement, false);
        return;
      }
      if (statement.kind() == BackendSql.Kind.COPY_OUT) {
        copyOut(statement);
        continue;
      }
      BackendExecutor.Outcome outcome = executor.run(statement, List.of());
      if (statement.returnsRows()) {
        answers.rowDescription(statement);
      }
      outcome.rows().forEach(answers::dataRow);
      answers.complete(outcome.command());
    }
    ready();
  }

  private void ready() {
    executor.endImplicit(failed);
    failed = false;
    if (executor.status == 'I') {
      portals.clear();
    }
    news();
    BackendMessages.readyForQuery(answers.out, executor.status);
    backend.ready(this);
  }

  private void news() {
    executor
        .settings
        .news()
        .forEach((name, value) -> BackendMessages.parameterStatus(answers.out, name, value));
  }

  // ------------------------------------------------------------------ extended protocol

  private void sync() {
    skipping = false;
    ready();
  }

  private void parse(ByteBuf body) {
    executor.beginImplicit();
    String name = string(body);
    String text = string(body);
    BackendSql.Statement statement = BackendSql.read(text);
    allowed(statement);
    if (!name.isEmpty() && executor.prepared.containsKey(name)) {
      throw new SqlError("42P05", "prepared statement \"" + name + "\" already exists");
    }
    executor.prepared.put(name, new BackendExecutor.Prepared(text, statement, false));
    answers.empty('1');
  }

  private void bind(ByteBuf body) {
    executor.beginImplicit();
    String portal = string(body);
    BackendSql.Statement statement = executor.known(string(body)).statement();
    allowed(statement);
    body.skipBytes(2 * body.readUnsignedShort());
    int count = body.readUnsignedShort();
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = body.readInt();
      parameters.add(body.readCharSequence(length, StandardCharsets.UTF_8).toString());
    }
    if (statement != null && statement.parameters() != count) {
      throw new SqlError("08P01", "bind message supplies " + count + " parameters");
    }
    if (!portal.isEmpty() && portals.containsKey(portal)) {
      throw new SqlError("42P03", "cursor \"" + portal + "\" already exists");
    }
    portals.put(portal, new Portal(statement, parameters, null, 0));
    answers.empty('2');
  }

  private void describe(ByteBuf body) {
    executor.beginImplicit();
    boolean portal = body.readByte() == 'P';
    String name = string(body);
    BackendSql.Statement statement =
        portal ? portal(name).statement() : executor.known(name).statement();
    allowed(statement);
    if (!portal) {
      int parameters = statement == null ? 0 : statement.parameters();
      answers.parameterDescription(parameters);
    }
    if (statement != null && statement.returnsRows()) {
      answers.rowDescription(statement);
    } else {
      answers.empty('n');
    }
  }

  private void execute(ByteBuf body) {
    executor.beginImplicit();
    String name = string(body);
    int most = body.readInt();
    Portal portal = portal(name);
    BackendSql.Statement statement = portal.statement();
    if (statement == null) {
      answers.empty('I');
      return;
    }
    allowed(statement);
    if (statement.kind() == BackendSql.Kind.COPY_IN) {
      beginCopyIn(statement, true);
      return;
    }
    if (statement.kind() == BackendSql.Kind.COPY_OUT) {
      copyOut(statement);
      return;
    }
    BackendExecutor.Outcome outcome = portal.outcome();
    if (outcome == null) {
      outcome = executor.run(statement, portal.parameters());
    }
    int to = outcome.rows().size();
    if (most > 0 && portal.given() + most < to) {
      to = portal.given() + most;
    }
    outcome.rows().subList(portal.given(), to).forEach(answers::dataRow);
    portals.replace(name, new Portal(statement, portal.parameters(), outcome, to));
    if (most > 0 && to - portal.given() == most) {
      answers.empty('s');
    } else {
      answers.complete(
          statement.returnsRows() ? "SELECT " + (to - portal.given()) : outcome.command());
    }
  }

  private void close(ByteBuf body) {
    boolean portal = body.readByte() == 'P';
    String name = string(body);
    if (portal) {
      portals.remove(name);
    } else {
      executor.prepared.remove(name);
    }
    answers.empty('3');
  }

  private Portal portal(String name) {
    Portal portal = portals.get(name);
    if (portal == null) {
      throw new SqlError("34000", "portal \"" + name + "\" does not exist");
    }
    return portal;
  }

  private void allowed(BackendSql.@Nullable Statement statement) {
    if (executor.status == 'E' && statement != null && !statement.ends()) {
      throw new SqlError("25P02", BackendExecutor.ABORTED);
    }
  }

  // ------------------------------------------------------------------ COPY

  private void beginCopyIn(BackendSql.Statement statement, boolean extended) {
    allowed(statement);
    copyTable = statement.argument(0);
    copyExtended = extended;
    copied = 0;
    answers.copyBegins('G');
  }

  private void copyIn(char tag, ByteBuf body) {
    switch (tag) {
      case 'd' -> copied += body.readableBytes();
      case 'c' -> {
        // The table is the client's tag; a command tag has no place for it.
        answers.notice("copied " + copied + " bytes to " + copyTable);
        endCopyIn(null);
      }
      case 'f' -> endCopyIn(new SqlError("57014", "COPY from stdin failed: " + string(body)));
      case 'S', 'H' -> {
        // ignored, as PostgreSQL does
      }
      default ->
          endCopyIn(new SqlError("08P01", "unexpected message type " + tag + " during COPY"));
    }
  }

  private void endCopyIn(@Nullable SqlError error) {
    copyTable = null;
    if (error == null) {
      answers.complete("COPY 1");
    } else {
      answers.error(error, "ERROR");
      failed = true;
      skipping = copyExtended;
    }
    if (!copyExtended) {
      ready();
    }
  }

  private void copyOut(BackendSql.Statement statement) {
    allowed(statement);
    answers.copyBegins('H');
    for (int i = 0; i < 2; i++) {
      answers.copyData(statement.argument(0) + "\n");
    }
    answers.empty('c');
    answers.complete("COPY 2");
  }

  private static String string(ByteBuf body) {
    int length = body.bytesBefore((byte) 0);
    String text = body.readCharSequence(length, StandardCharsets.UTF_8).toString();
    body.skipBytes(1);
    return text;
  }
}

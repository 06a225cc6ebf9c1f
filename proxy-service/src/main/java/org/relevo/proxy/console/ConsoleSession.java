package org.relevo.proxy.console;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.console.SqlTokens.Token;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.ExtendedRequest;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.ResultMessages;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client of the console, after its login: PostgreSQL's protocol, simple and extended, over
/// [ConsoleSource]. The transaction status is always "idle".
///
/// An ordinary session may hand whole message groups of pgpool-II's statements to one of its own,
/// whose viewer has [ConsoleRole#NONE]: everything else is refused there.
///
/// It does one small step at a time: a message, a statement of a script, or a piece of a result; it
/// stops while an answer is awaited or the client does not read, and yields to the loop's others
/// after a few steps.
///
/// Owner: the client's event loop.
public final class ConsoleSession {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleSession.class);
  private static final int MAX_MESSAGE_BYTES = 64 * 1024;
  private static final int MAX_UNREAD_BYTES = 2 * MAX_MESSAGE_BYTES;
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int STEPS_PER_TURN = 8;

  /// A result on its way.
  private static final class Stream {
    final ResultWriter writer;
    long rowsLeft;

    Stream(ResultWriter writer, long rowsLeft) {
      this.writer = writer;
      this.rowsLeft = rowsLeft;
    }
  }

  private final ConsoleSink sink;
  private final ConsoleSource source;
  private final Viewer viewer;
  private final FrameCutter input;
  private final ConsoleStatements prepared = new ConsoleStatements();
  private @Nullable ByteBuf out;
  private @Nullable Deque<ConsoleCommand> script;
  private @Nullable Stream stream;
  private @Nullable Act awaited;
  private @Nullable Runnable arrived;
  private boolean awaiting;
  private long awaitCount;
  private boolean skipping;
  private boolean proceeding;
  private boolean closed;

  public ConsoleSession(ConsoleSink sink, ConsoleSource source, Viewer viewer) {
    this.sink = sink;
    this.source = source;
    this.viewer = viewer;
    this.input = new FrameCutter(sink.alloc(), MAX_MESSAGE_BYTES);
  }

  /// Ends the client's login: AuthenticationOk, parameters, key, ReadyForQuery.
  public void welcome(CancelKey key) {
    ByteBuf messages = out();
    BackendMessages.authentication(messages, BackendMessages.AUTH_OK, new byte[0]);
    BackendMessages.parameterStatus(messages, "server_version", source.service().serverVersion());
    DriverParameters.reported()
        .forEach((name, value) -> BackendMessages.parameterStatus(messages, name, value));
    BackendMessages.parameterStatus(messages, "session_authorization", viewer.user());
    BackendMessages.backendKeyData(messages, key);
    ready();
  }

  /// The client's bytes; does not release the buffer.
  public void input(ByteBuf bytes) {
    if (!closed) {
      input.add(bytes);
      proceed();
    }
  }

  public void writabilityChanged() {
    proceed();
  }

  /// The client's cancel request: ends what is awaited or under way. A PAUSE is taken back.
  public void cancel() {
    if (closed || (!awaiting && arrived == null && stream == null)) {
      return;
    }
    awaitCount++;
    awaiting = false;
    arrived = null;
    stream = null;
    Act act = awaited;
    awaited = null;
    if (act instanceof Act.Pause(var database)) {
      source
          .act(new Act.Resume(database), viewer.toString())
          .whenComplete((_, problem) -> {
            if (problem != null) {
              LOG.warn("console.resume-failed cause=\"{}\"", problem.getMessage());
            }
          });
    }
    failed(BackendError.of("ERROR", "57014", "canceling statement due to user request"));
    proceed();
  }

  /// The connection is gone; what is awaited goes on without anybody to tell.
  public void closed() {
    if (!closed) {
      closed = true;
      awaitCount++;
      arrived = null;
      stream = null;
      input.close();
      if (out != null) {
        out.release();
        out = null;
      }
    }
  }

  private void proceed() {
    if (proceeding || closed) {
      return;
    }
    proceeding = true;
    try {
      int steps = 0;
      while (!closed && !awaiting && sink.writable() && hasWork()) {
        if (steps++ == STEPS_PER_TURN) {
          sink.loop().execute(this::proceed);
          break;
        }
        step();
      }
    } catch (WireException e) {
      fatal(BackendError.of("FATAL", "08P01", String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.error("console.failed who=\"{}\"", viewer, e);
      fatal(BackendError.of("FATAL", "XX000", "internal error; the service's log has more"));
    } finally {
      proceeding = false;
    }
    if (!closed) {
      sink.reading(input.readableBytes() < MAX_UNREAD_BYTES);
    }
  }

  private boolean hasWork() {
    return arrived != null || stream != null || script != null || input.hasMessage();
  }

  private void step() {
    Runnable answer = arrived;
    if (answer != null) {
      arrived = null;
      answer.run();
    } else if (stream != null) {
      piece(stream);
    } else if (script != null) {
      statement(script);
    } else {
      message(input.next());
    }
    if (out != null && out.readableBytes() >= PIECE_BYTES) {
      flush();
    }
  }

  private void message(ByteBuf frame) {
    byte tag = frame.readByte();
    frame.skipBytes(Integer.BYTES);
    byte[] body = new byte[frame.readableBytes()];
    frame.readBytes(body);
    if (tag == Tags.TERMINATE) {
      end();
    } else if (tag == Tags.SYNC) {
      skipping = false;
      prepared.closePortals();
      ready();
    } else if (!skipping) {
      try {
        request(tag, body);
      } catch (ConsoleException e) {
        failed(e.error());
      }
    }
  }

  private void request(byte tag, byte[] body) {
    switch (tag) {
      case Tags.QUERY -> query(ExtendedRequest.query(body));
      case Tags.PARSE -> {
        prepared.parse(ExtendedRequest.parse(body), sink.pgpoolsOnly());
        ResultMessages.parseComplete(out());
      }
      case Tags.BIND -> {
        prepared.bind(ExtendedRequest.bind(body));
        ResultMessages.bindComplete(out());
      }
      case Tags.DESCRIBE -> prepared.describe(ExtendedRequest.describe(body), out());
      case Tags.CLOSE -> {
        prepared.close(ExtendedRequest.close(body));
        ResultMessages.closeComplete(out());
      }
      case Tags.EXECUTE -> execute(ExtendedRequest.execute(body));
      case Tags.FLUSH -> flush();
      case Tags.FUNCTION_CALL -> {
        script = new ArrayDeque<>(); // answered like a query: the error, then ReadyForQuery
        throw new ConsoleException("0A000", "the console has no functions to call");
      }
      case Tags.COPY_DATA, Tags.COPY_DONE, Tags.COPY_FAIL -> {
        // left over from a COPY that never began: PostgreSQL ignores them, too
      }
      default ->
          throw new WireException("invalid frontend message type " + Byte.toUnsignedInt(tag));
    }
  }

  private void query(String sql) {
    Deque<ConsoleCommand> commands = new ArrayDeque<>();
    script = commands; // an error from here on is followed by ReadyForQuery
    prepared.closeUnnamed();
    for (List<Token> tokens : SqlTokens.statements(sql)) {
      commands.add(ConsoleCommands.parse(tokens));
    }
    if (commands.isEmpty()) {
      ResultMessages.emptyQuery(out());
    }
  }

  private void statement(Deque<ConsoleCommand> commands) {
    ConsoleCommand command = commands.poll();
    if (command == null) {
      script = null;
      ready();
      return;
    }
    run(
        command,
        answer -> {
          switch (answer) {
            case ConsoleAnswer.Done(String tag) -> ResultMessages.commandComplete(out(), tag);
            case ConsoleAnswer.Table(ResultTable table) -> {
              ResultWriter.describe(out(), table.columns(), List.of());
              stream = new Stream(new ResultWriter(table, List.of()), Long.MAX_VALUE);
            }
          }
        });
  }

  private void execute(ExtendedRequest.Execute execute) {
    ConsoleStatements.Portal portal = prepared.portal(execute.portal());
    long maxRows = execute.maxRows() <= 0 ? Long.MAX_VALUE : execute.maxRows();
    ConsoleCommand command = portal.command().orElse(null);
    if (command == null) {
      ResultMessages.emptyQuery(out());
    } else if (portal.writer() != null) {
      stream = new Stream(portal.writer(), maxRows);
    } else {
      portal.begin(execute.portal());
      run(
          command,
          answer -> {
            switch (answer) {
              case ConsoleAnswer.Done(String tag) -> ResultMessages.commandComplete(out(), tag);
              case ConsoleAnswer.Table(ResultTable table) ->
                  stream = new Stream(portal.open(table), maxRows);
            }
          });
    }
  }

  /// Carries a command out; the answer is taken at once or, later, on the loop.
  private void run(ConsoleCommand command, Consumer<ConsoleAnswer> then) {
    CompletableFuture<ConsoleAnswer> answer;
    try {
      if (command instanceof ConsoleCommand.Deallocate(var name, var _)) {
        prepared.deallocate(name);
      }
      answer = ConsoleAnswer.to(command, source, viewer).toCompletableFuture();
    } catch (ConsoleException e) {
      failed(e.error());
      return;
    }
    awaiting = true;
    awaited = command instanceof ConsoleCommand.Acting(Act act) ? act : null;
    long count = ++awaitCount;
    if (answer.isDone()) {
      var _ = answer.whenComplete((value, problem) -> arrive(count, value, problem, then));
    } else {
      flush();
      var _ =
          answer.whenCompleteAsync(
              (value, problem) -> {
                arrive(count, value, problem, then);
                proceed();
              },
              sink.loop());
    }
  }

  /// Keeps an answer for the next step, unless nobody waits for it any more.
  private void arrive(
      long count,
      @Nullable ConsoleAnswer value,
      @Nullable Throwable problem,
      Consumer<ConsoleAnswer> then) {
    if (count == awaitCount && !closed) {
      awaiting = false;
      awaited = null;
      arrived = () -> take(value, problem, then);
    }
  }

  private void take(
      @Nullable ConsoleAnswer value, @Nullable Throwable problem, Consumer<ConsoleAnswer> then) {
    Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
    if (cause instanceof ConsoleException refused) {
      failed(refused.error());
    } else if (value == null) {
      throw new IllegalStateException("no answer", cause);
    } else {
      then.accept(value);
    }
  }

  private void piece(Stream current) {
    current.rowsLeft -= current.writer.write(out(), current.rowsLeft, PIECE_BYTES);
    if (current.writer.done()) {
      ResultMessages.commandComplete(out(), current.writer.tag());
      stream = null;
    } else if (current.rowsLeft == 0) {
      ResultMessages.portalSuspended(out());
      stream = null;
    }
  }

  /// Tells the error; a script ends with it, extended messages are skipped up to the next Sync.
  private void failed(BackendError error) {
    error.writeTo(out());
    if (script != null) {
      script = null;
      ready();
    } else {
      skipping = true;
      flush();
    }
  }

  private void fatal(BackendError error) {
    error.writeTo(out());
    flush();
    end();
  }

  private void end() {
    closed();
    sink.close();
  }

  private void ready() {
    BackendMessages.readyForQuery(out(), sink.transactionStatus());
    flush();
  }

  private ByteBuf out() {
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer = sink.alloc().buffer(512);
      out = buffer;
    }
    return buffer;
  }

  private void flush() {
    ByteBuf messages = out;
    if (messages != null) {
      out = null;
      sink.write(messages);
    }
  }
}

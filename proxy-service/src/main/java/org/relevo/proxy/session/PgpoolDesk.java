package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.console.ConsoleCommands;
import org.relevo.proxy.console.ConsoleRole;
import org.relevo.proxy.console.ConsoleSession;
import org.relevo.proxy.console.ConsoleSink;
import org.relevo.proxy.console.Viewer;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;

/// Answers pgpool-II's statements (`SHOW POOL_…`, `PGPOOL …`) of an ordinary client without a
/// server, when nothing else is outstanding. What comes meanwhile waits. In the extended protocol
/// one of them takes the rest of its batch with it, where other statements are refused:
///
/// ```
/// NONE ── Parse; Bind, Describe of a statement of here ──> OWN ── Sync, answered here ──> NONE
///   └── the same after others, which a Flush makes the server answer ──> INNER
///                               INNER ── Sync, here and then at the server ──> NONE
/// ```
///
/// Owner: event loop of the session.
final class PgpoolDesk implements ConsoleSink {
  /// What is to become of the message at the front of the input.
  enum Verdict {
    SERVERS,
    TAKE,
    /// Looked at again when something was answered.
    WAIT,
    /// The same, after the server was told to answer.
    FLUSH,
    /// The server is asked for the error of a failed transaction in its place.
    ABORTED
  }

  private enum Batch {
    NONE,
    OWN,
    INNER
  }

  /// Longest message of a batch that is answered here, or that may name one of its statements.
  private static final int MAX_BODY_BYTES = 32_768;

  private static final int MAX_NAMES = 1000;
  private static final int READY_BYTES = 6;
  private static final int HEADER_BYTES = 5;
  private static final byte[] FLUSH = {Tags.FLUSH, 0, 0, 0, 4};
  private static final byte[] SYNC = {Tags.SYNC, 0, 0, 0, 4};
  private static final Refusal FAILED =
      Refusal.of("25P02", "the batch has failed: a statement of pgpool-II was refused in it");

  private final Relay relay;
  private @Nullable ConsoleSession console;

  /// Statements of the client that are prepared here; the empty name is the unnamed one.
  private Set<String> names = Set.of();

  private Batch batch = Batch.NONE;
  private boolean busy;
  private boolean full;
  private boolean ending;
  private boolean flushed;

  /// Whether the Sync of an inner batch is being answered.
  private boolean syncing;

  /// Whether the client was told an error within an inner batch.
  private boolean failed;

  PgpoolDesk(Relay relay) {
    this.relay = relay;
  }

  /// How much of a message's body must be there to say whether it is answered here. Cheap for all
  /// that are not.
  ///
  /// @param from where its body begins
  /// @param to end of what is there of it
  /// @return 0 when it is not
  /// @throws WireException when it is too long for the batch that it is in
  int needs(byte tag, ByteBuf in, int from, int to, int body) {
    if (batch != Batch.NONE) {
      if (body > MAX_BODY_BYTES) {
        throw new WireException("message of " + body + " bytes among statements of pgpool-II");
      }
      return body + 1;
    }
    boolean concerned =
        switch (tag) {
          case Tags.QUERY -> PgpoolText.maybe(in, from, to, body) || !names.isEmpty();
          case Tags.PARSE -> PgpoolText.maybeParse(in, from, to, body) || !names.isEmpty();
          case Tags.BIND, Tags.DESCRIBE, Tags.CLOSE -> !names.isEmpty();
          default -> false;
        };
    return concerned ? Math.min(body, MAX_BODY_BYTES) + 1 : 0;
  }

  /// @param from where the body begins, of which as much is there as is needed
  Verdict verdict(byte tag, ByteBuf in, int from, int body) {
    if (batch == Batch.OWN || (batch == Batch.INNER && tag != Tags.SYNC)) {
      return Verdict.TAKE;
    }
    if (batch == Batch.INNER) {
      syncing = true;
      busy = true;
      console().input(Unpooled.wrappedBuffer(SYNC));
      return Verdict.WAIT;
    }
    boolean whole = body <= MAX_BODY_BYTES;
    String name = name(tag, in, from, Math.min(body, MAX_BODY_BYTES));
    boolean mine =
        switch (tag) {
          case Tags.QUERY -> whole && isPgpools(in, from, from + body);
          case Tags.PARSE -> whole && name != null && isPgpools(in, textOf(in, from), from + body);
          default -> whole && name != null && names.contains(name);
        };
    Verdict verdict = mine ? whenQuiet(tag) : Verdict.SERVERS;
    if (!mine && (tag == Tags.QUERY || tag == Tags.PARSE)) {
      forget(name == null ? "" : name);
    }
    return verdict;
  }

  /// In a failed transaction, in a COPY and where the server skips, the server words the error.
  private Verdict whenQuiet(byte tag) {
    RouteDesk routes = relay.routes();
    if (routes != null && routes.status() == 'E') {
      return Verdict.SERVERS;
    }
    ServerConnection held = relay.server();
    if (held == null) {
      return Verdict.TAKE;
    }
    Outstanding outstanding = held.outstanding();
    if (outstanding.answeredAll()) {
      boolean texts = tag == Tags.QUERY || tag == Tags.PARSE;
      return outstanding.status() != 'E' ? Verdict.TAKE : texts ? Verdict.SERVERS : Verdict.ABORTED;
    }
    if (!outstanding.inBatch()) {
      return Verdict.WAIT;
    }
    if (tag == Tags.QUERY || !outstanding.batchOpen() || outstanding.skipping()) {
      return Verdict.SERVERS;
    }
    if (outstanding.answeredBatch()) {
      return Verdict.TAKE;
    }
    if (flushed) {
      return Verdict.WAIT;
    }
    flushed = true;
    return Verdict.FLUSH;
  }

  private static boolean isPgpools(ByteBuf in, int from, int to) {
    int end = in.indexOf(from, to, (byte) 0);
    return end >= 0
        && ConsoleCommands.pgpoolCommand(in.toString(from, end - from, StandardCharsets.UTF_8))
            .isPresent();
  }

  private static int textOf(ByteBuf in, int from) {
    return in.indexOf(from, in.writerIndex(), (byte) 0) + 1;
  }

  /// The statement that a message names; null when it names none.
  private static @Nullable String name(byte tag, ByteBuf in, int from, int length) {
    int to = from + length;
    int start =
        switch (tag) {
          case Tags.PARSE -> from;
          case Tags.BIND -> in.indexOf(from, to, (byte) 0) + 1;
          case Tags.DESCRIBE, Tags.CLOSE -> length > 0 && in.getByte(from) == 'S' ? from + 1 : 0;
          default -> 0;
        };
    int end = start <= 0 ? -1 : in.indexOf(start, to, (byte) 0);
    return end < 0 ? null : in.toString(start, end - start, StandardCharsets.UTF_8);
  }

  private void forget(String name) {
    if (!names.isEmpty()) {
      names.remove(name);
    }
  }

  /// Does what was found to be right. What comes before the message has been passed on.
  ///
  /// @param length of the message with its header, which begins at `at`
  void follow(Verdict verdict, byte tag, ByteBuf in, int at, int length) {
    ServerConnection held = relay.server();
    if (verdict == Verdict.TAKE) {
      take(tag, in, at, length);
    } else if (verdict != Verdict.WAIT && held != null) {
      ServerWriter out = relay.input().out();
      out.begin(held.channel());
      held.outstanding().sent(verdict == Verdict.FLUSH ? out.flush() : out.parseAny());
    }
  }

  private void take(byte tag, ByteBuf in, int at, int length) {
    ServerConnection held = relay.server();
    boolean inner = held != null && held.outstanding().inBatch();
    flushed = false;
    String name = name(tag, in, at + HEADER_BYTES, length - HEADER_BYTES);
    switch (tag) {
      case Tags.QUERY, Tags.FUNCTION_CALL -> {
        if (batch == Batch.INNER) {
          throw new WireException("a query among statements of pgpool-II before their Sync");
        }
        forget("");
        busy = true;
      }
      case Tags.SYNC -> {
        batch = Batch.NONE;
        busy = true;
      }
      case Tags.PARSE, Tags.BIND, Tags.DESCRIBE -> {
        if (tag == Tags.PARSE && name != null) {
          remember(name);
        }
        batch = inner ? Batch.INNER : Batch.OWN;
      }
      case Tags.CLOSE -> {
        if (name != null) {
          forget(name);
        }
      }
      default -> {
        // of the batch
      }
    }
    console().input(in.slice(at, length));
    if (tag == Tags.CLOSE && batch == Batch.NONE) {
      console().input(Unpooled.wrappedBuffer(FLUSH));
    }
  }

  private void remember(String name) {
    if (names.isEmpty()) {
      names = new HashSet<>();
    }
    if (names.size() < MAX_NAMES) { // the console refuses more
      names.add(name);
    }
  }

  private ConsoleSession console() {
    ConsoleSession session = console;
    if (session == null) {
      SessionHub hub = relay.session().hub();
      String user = relay.session().startup().user();
      ConsoleRole role = hub.settings().console().role(user, false);
      String address = String.valueOf(relay.client().remoteAddress());
      session =
          new ConsoleSession(
              this,
              hub.console(),
              // Nobody acts from an ordinary database.
              new Viewer(
                  user,
                  role == ConsoleRole.ADMIN ? ConsoleRole.STATS : role,
                  address,
                  () -> Optional.ofNullable(relay.routes()).flatMap(RouteDesk::readsOn)));
      console = session;
    }
    return session;
  }

  /// Whether an answer is under way that the next message waits for.
  boolean busy() {
    return busy || full;
  }

  /// The client may be written to again.
  void proceed() {
    if ((busy || batch != Batch.NONE) && console != null) {
      console.writabilityChanged();
    }
  }

  void end() {
    if (console != null) {
      console.closed();
      console = null;
    }
  }

  private void answered() {
    busy = false;
    if (syncing) {
      syncing = false;
      batch = Batch.NONE;
      breakBatch();
    }
    goOn();
  }

  /// What the client was told has failed fails at the server, too.
  private void breakBatch() {
    ServerConnection held = relay.server();
    if (failed && held != null && !relay.session().closed()) {
      relay.input().out().begin(held.channel());
      relay.statements().refuse(held, FAILED);
      relay.input().out().end();
    }
    failed = false;
  }

  private void goOn() {
    if (!relay.session().closed()) {
      relay.drip();
      relay.flushServer();
    }
  }

  @Override
  public ByteBufAllocator alloc() {
    return relay.client().alloc();
  }

  @Override
  public void write(ByteBuf messages) {
    failed |= batch == Batch.INNER && tellsError(messages);
    boolean ends = ending;
    if (ends) {
      ending = false;
      loop().execute(this::answered);
    }
    if (ends && syncing) {
      messages.writerIndex(messages.writerIndex() - READY_BYTES); // the server's own follows
    }
    if (messages.isReadable()) {
      relay.output().write(messages);
      relay.client().flush();
    } else {
      messages.release();
    }
  }

  private static boolean tellsError(ByteBuf messages) {
    boolean told = false;
    for (int at = messages.readerIndex(); at < messages.writerIndex() && !told; ) {
      told = messages.getByte(at) == Tags.ERROR_RESPONSE;
      at += 1 + messages.getInt(at + 1);
    }
    return told;
  }

  @Override
  public boolean writable() {
    return relay.client().isWritable();
  }

  @Override
  public EventLoop loop() {
    return relay.shard().loop();
  }

  @Override
  public void reading(boolean wanted) {
    if (full && wanted) {
      loop().execute(this::goOn);
    }
    full = !wanted;
  }

  @Override
  public boolean pgpoolsOnly() {
    return true;
  }

  /// Asked for ReadyForQuery, which ends an answer and is written next.
  @Override
  public char transactionStatus() {
    ending = true;
    RouteDesk routes = relay.routes();
    if (routes != null) {
      return (char) routes.status();
    }
    ServerConnection held = relay.server();
    return held == null ? 'I' : (char) held.outstanding().status();
  }

  @Override
  public void close() {
    relay.session().closeClient();
  }
}

package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.console.ConsoleCommands;
import org.relevo.proxy.console.ConsoleRole;
import org.relevo.proxy.console.ConsoleSession;
import org.relevo.proxy.console.ConsoleSink;
import org.relevo.proxy.console.Viewer;
import org.relevo.proxy.server.ServerConnection;

/// Answers pgpool-II's statements (`SHOW POOL_…`, `PGPOOL …`) of an ordinary client without a
/// server: simple queries, when nothing else is outstanding. What comes meanwhile waits.
///
/// Owner: event loop of the session.
final class PgpoolDesk implements ConsoleSink {
  /// Longest query message that is looked at.
  private static final int MAX_BODY_BYTES = 1024;

  private static final byte[] SHOW = {'s', 'h', 'o', 'w'};
  private static final byte[] POOL = {'p', 'o', 'o', 'l', '_'};
  private static final byte[] PGPOOL = {'p', 'g', 'p', 'o', 'o', 'l'};

  private final Relay relay;
  private @Nullable ConsoleSession console;
  private boolean busy;
  private boolean ending;

  PgpoolDesk(Relay relay) {
    this.relay = relay;
  }

  /// Whether a query may be one of pgpool-II's, as far as it is there. Cheap for all others.
  ///
  /// @param from where the text begins
  /// @param to end of what is there of it
  /// @param body length of the message's body
  static boolean maybe(ByteBuf in, int from, int to, int body) {
    if (body > MAX_BODY_BYTES) {
      return false;
    }
    int at = blanks(in, from, to);
    if (at == to) {
      return true;
    }
    return switch (in.getByte(at)) {
      case 's', 'S' -> {
        int end = word(in, at, to, SHOW);
        yield end > 0 && (end == to || pool(in, blanks(in, end, to), to));
      }
      case 'p', 'P' -> word(in, at, to, PGPOOL) > 0;
      default -> false;
    };
  }

  private static boolean pool(ByteBuf in, int at, int to) {
    return at == to || word(in, at, to, POOL) > 0;
  }

  private static int blanks(ByteBuf in, int from, int to) {
    int at = from;
    while (at < to && Character.isWhitespace(in.getByte(at))) {
      at++;
    }
    return at;
  }

  /// @return end of the word, or of what is there of it; 0 when it is another
  private static int word(ByteBuf in, int from, int to, byte[] word) {
    int end = Math.min(to, from + word.length);
    for (int at = from; at < end; at++) {
      if ((in.getByte(at) | 0x20) != (word[at - from] | 0x20)) {
        return 0;
      }
    }
    return end;
  }

  /// Whether a query whose text is there as a whole is answered here. In a failed transaction the
  /// server words the error.
  boolean takes(ByteBuf in, int from, int body) {
    ServerConnection held = relay.server();
    boolean open =
        held == null || (held.outstanding().status() != 'E' && !held.outstanding().inBatch());
    return open
        && body > 0
        && ConsoleCommands.pgpoolCommand(in.toString(from, body - 1, StandardCharsets.UTF_8))
            .isPresent();
  }

  /// @param length of the message with its header, which begins at `at`
  void answer(ByteBuf in, int at, int length) {
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
              new Viewer(user, role == ConsoleRole.ADMIN ? ConsoleRole.STATS : role, address));
      console = session;
    }
    busy = true;
    session.input(in.slice(at, length));
  }

  /// Whether an answer is under way.
  boolean busy() {
    return busy;
  }

  /// The client may be written to again.
  void proceed() {
    if (busy && console != null) {
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
    relay.output().write(messages);
    relay.client().flush();
    if (ending) {
      ending = false;
      loop().execute(this::answered);
    }
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
    // The relay decides, knowing that an answer is under way.
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

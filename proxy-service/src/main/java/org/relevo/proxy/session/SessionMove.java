package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.pool.Waiter;
import org.relevo.proxy.server.Conversation;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireLimits;

/// How a session that holds a server connection for good leaves its server and arrives at another,
/// behind the closed gate. Sessions of the other modes have nothing to move at a boundary.
///
/// Owner: event loop of the session.
final class SessionMove {
  private static final long SURVEY_LIMIT_MS = 5_000;

  private final Session session;
  private final Deadline limit;
  private boolean released;
  private boolean conversing;
  private boolean serverGone;
  private @Nullable Baggage baggage;
  private @Nullable Journey journey;
  private @Nullable CompletableFuture<Boolean> outcome;

  SessionMove(Session session) {
    this.session = session;
    this.limit = new Deadline(session.loop());
  }

  /// Whether this session goes on although the gate is still closed for others.
  boolean released() {
    return released;
  }

  /// Whether the server connection is busy with questions of ours.
  boolean conversing() {
    return conversing;
  }

  void gateCloses() {
    released = false;
    baggage = null;
    serverGone = false;
  }

  /// The gate opens without a move, or after it.
  void gateOpens() {
    if (conversing) {
      return; // its end looks at the gate again
    }
    Baggage known = baggage;
    baggage = null;
    released = false;
    ServerConnection server = session.lease().connection();
    if (serverGone) {
      goOnElsewhere(known);
    } else if (known != null && server != null) {
      server.endConversation();
    }
  }

  /// The server went away while the session waited, and the operation did not say where to go on.
  private void goOnElsewhere(@Nullable Baggage known) {
    Optional<NodeView> primary = session.primary();
    if (known == null || primary.isEmpty()) {
      var _ = refuse("its server went away and there is no primary");
      return;
    }
    baggage = known;
    var _ = to(primary.get());
  }

  // ------------------------------------------------------------------ survey

  /// Looks at what the session carries, while its server still answers.
  ///
  /// @return whether it can be moved
  CompletableFuture<Boolean> prepare() {
    ServerConnection server = session.lease().connection();
    if (server == null) {
      return CompletableFuture.completedFuture(true); // nothing to move
    }
    if (session.greeting() || session.busy() || conversing || !server.isOpen()) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    conversing = true;
    outcome = done;
    server.converse(
        new Survey(session.startup().user(), seen -> surveyed(server, seen), this::lostInSurvey),
        Survey.MAX_MESSAGE_BYTES);
    limit.start(SURVEY_LIMIT_MS, () -> server.abort("it did not tell its state in time"));
    session.lease().survey().ask(server);
    return done;
  }

  private void surveyed(ServerConnection server, Baggage seen) {
    limit.stop();
    conversing = false;
    baggage = session.routes() == null ? seen : followed(server, seen);
    server.converse(new Quiet(), WireLimits.MAX_LOGIN_MESSAGE_BYTES);
    finish(seen.obstacles().isEmpty());
    if (!session.closedForMe()) {
      gateOpens();
    }
    session.goOn();
  }

  /// A session whose settings and statements are followed anyway carries no others.
  private Baggage followed(ServerConnection server, Baggage seen) {
    SessionVars vars = session.leases().vars();
    if (vars.dirty()) {
      server.applied(vars.found(seen.settings(), session.shard()));
    }
    return new Baggage(
        vars.startupBaggage().settings(), List.of(), seen.obstacles(), seen.readable());
  }

  private void lostInSurvey() {
    limit.stop();
    conversing = false;
    session.lease().lost();
    finish(false);
    session.fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE, "the server closed the connection of this session"));
  }

  /// Listens to the server of a session that is ready to leave it. What it says passes to the
  /// client, but not its farewell.
  private final class Quiet implements Conversation {
    @Override
    public void message(byte tag, ByteBuf frame) {
      // At a boundary an error can only be the end of the connection.
      if (tag != Tags.ERROR_RESPONSE) {
        session.relay().toClient(frame.copy());
      }
    }

    @Override
    public void lost(String why) {
      serverGone = true;
      session.lease().lost();
    }
  }

  // ------------------------------------------------------------------ move

  /// Takes the session to another server, or ends it with the reason why that cannot be.
  CompletableFuture<Boolean> to(NodeView node) {
    ServerConnection server = session.lease().connection();
    if (server == null && !serverGone) {
      return CompletableFuture.completedFuture(true);
    }
    if (server != null && server.isOpen() && server.node().id().equals(node.id())) {
      stay(server);
      return CompletableFuture.completedFuture(true);
    }
    if (session.greeting()) {
      return refuse("it had not finished its login");
    }
    if (session.busy()) {
      return refuse("it was not at a transaction boundary");
    }
    Baggage known = baggage;
    if (known == null && session.untouched()) {
      known = session.leases().vars().startupBaggage();
    }
    if (known == null) {
      return prepare()
          .thenCompose(_ -> baggage == null ? refuse("its state is not known") : to(node));
    }
    return known.obstacles().isEmpty()
        ? travel(node, known)
        : refuse(String.join(", ", known.obstacles()));
  }

  private void stay(ServerConnection server) {
    released = true;
    if (baggage != null) {
      baggage = null;
      server.endConversation();
    }
    session.goOn();
  }

  private CompletableFuture<Boolean> travel(NodeView node, Baggage known) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    conversing = true;
    outcome = done;
    PoolKey key = new PoolKey(node.id(), session.startup().database(), session.startup().user());
    Journey begun = new Journey(session.pool(key), known);
    journey = begun;
    limit.start(
        session.hub().settings().connectTimeout().toMillis(),
        () -> begun.fail("the new server did not answer in time"));
    begun.start();
    return done;
  }

  /// One way to another server.
  private final class Journey implements Waiter<ServerConnection> {
    private final PoolShard<ServerConnection> pool;
    private final Baggage carried;
    private @Nullable ServerConnection next;

    Journey(PoolShard<ServerConnection> pool, Baggage carried) {
      this.pool = pool;
      this.carried = carried;
    }

    void start() {
      ServerConnection given = pool.acquire(this);
      if (given != null) {
        granted(given);
      }
    }

    @Override
    public void granted(ServerConnection connection) {
      if (journey != this) {
        pool.release(connection);
        return;
      }
      next = connection;
      VarSet given = connection.applied();
      connection.applied(null);
      connection.lend(session.lease().holder());
      replay(
          connection,
          given,
          problem -> {
            if (journey != this) {
              connection.spoil();
              connection.takeBack();
              pool.release(connection);
            } else if (problem.isPresent()) {
              fail("the new server said: " + problem.get().message());
            } else {
              arrived(this, connection);
            }
          });
    }

    private void replay(
        ServerConnection connection,
        @Nullable VarSet given,
        Consumer<Optional<BackendError>> whenDone) {
      if (session.routes() == null || given == null) {
        Replay.baggage(connection, carried, whenDone);
      } else {
        Replay.settings(connection, given, session.leases().vars().wanted(), whenDone);
      }
    }

    @Override
    public void refused(BackendError error) {
      if (journey == this) {
        fail("the new server said: " + error.message());
      }
    }

    void fail(String reason) {
      giveUp();
      limit.stop();
      conversing = false;
      finish(false);
      end(reason);
    }

    void giveUp() {
      journey = null;
      pool.withdraw(this);
      ServerConnection given = next;
      if (given != null && !given.conversing()) {
        given.spoil();
        given.takeBack();
        pool.release(given);
      }
    }
  }

  private void arrived(Journey ended, ServerConnection next) {
    limit.stop();
    journey = null;
    conversing = false;
    ServerConnection old = session.lease().connection();
    if (old != null) {
      old.endConversation();
    }
    baggage = null;
    serverGone = false;
    released = true;
    if (session.routes() != null) {
      next.applied(session.leases().vars().wanted());
    }
    session.lease().replace(ended.pool, next);
    session.told(next.reported());
    finish(true);
    session.client().flush();
    session.goOn();
  }

  private CompletableFuture<Boolean> refuse(String reason) {
    end(reason);
    return CompletableFuture.completedFuture(false);
  }

  private void end(String reason) {
    session.fail(
        BackendError.fatal(
            SqlState.ADMIN_SHUTDOWN,
            "terminating connection because the server was changed and this session could not be"
                + " taken along: "
                + reason));
  }

  /// @return whether the client need not know
  boolean serverLost() {
    return serverGone;
  }

  void sessionEnds() {
    limit.stop();
    Journey running = journey;
    if (running != null) {
      running.giveUp();
    }
    finish(false);
  }

  private void finish(boolean result) {
    CompletableFuture<Boolean> waiting = outcome;
    outcome = null;
    if (waiting != null) {
      waiting.complete(result);
    }
  }
}

package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.session.LossRow.Told;
import org.relevo.proxy.wire.BackendError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a session over the loss of its server: tells the client what became of its transaction and
/// lets it go on with the next server. Only sessions that are routed know enough of themselves.
///
/// Owner: event loop of the session.
final class LostServer {
  private static final Logger LOG = LoggerFactory.getLogger(LostServer.class);

  private final Session session;
  private final RouteDesk routes;
  private final Underway underway;

  private final LostCommit commit;

  /// Whether the client has been told that its session ends.
  private boolean told;

  /// Whether the last server's farewell was kept from the client.
  private boolean silent;

  LostServer(Session session, RouteDesk routes) {
    this.session = session;
    this.routes = routes;
    this.underway = routes.underway();
    this.commit = new LostCommit(session);
  }

  /// What became of a COMMIT that was not answered.
  LostCommit commit() {
    return commit;
  }

  /// Looks at an error. That the server goes away is told in the service's own words when the
  /// connection is closed.
  ///
  /// @return whether the client must not see it
  boolean keeps(ServerConnection server, ByteBuf frame) {
    BackendError.Ends ends = BackendError.ends(frame);
    told |= ends == BackendError.Ends.SESSION;
    if (ends != BackendError.Ends.SERVER) {
      return false;
    }
    silent = true;
    session.loop().execute(() -> server.abort("is going away"));
    return true;
  }

  boolean silent() {
    return silent;
  }

  /// Looks at an error before anybody: whether it is the farewell of an idle server, or of one
  /// whose read will be tried again.
  ///
  /// @return whether the client must not see it
  boolean unseen(Lease lease, ByteBuf frame) {
    ServerConnection server = lease.connection();
    if (spares(lease)) {
      return true;
    }
    if (server == null
        || !routes.second().possible(lease, server)
        || BackendError.ends(frame) == BackendError.Ends.STATEMENT) {
      return false;
    }
    silent = true;
    routes.second().dies();
    session.loop().execute(() -> server.abort("said farewell"));
    return true;
  }

  /// Whether the end of this connection is nothing to the client: nothing is asked there, nothing
  /// is open there that is nowhere else.
  boolean spares(Lease lease) {
    ServerConnection server = lease.connection();
    return lease.node() != null
        && server != null
        && server.outstanding().answeredAll()
        && server.outstanding().status() != 'E'
        && session.relay().input().atMessageStart()
        && !routes.block().needs(lease);
  }

  /// @param tookPart whether the server knew of the transaction that is open
  /// @return whether the session has been dealt with
  boolean lost(Lease lease, ServerConnection server, boolean tookPart, String why) {
    if (told || !server.betweenMessages() || !session.serving()) {
      return false;
    }
    Outstanding outstanding = server.outstanding();
    LossRow row = LossRow.of(facts(lease, server, tookPart));
    if (row.told() == Told.END) {
      return false;
    }
    LOG.debug("session.survives server={} row={} why=\"{}\"", server.node().id(), row.id(), why);
    byte[] due = outstanding.unanswered();
    int owed = owed(due);
    boolean open = outstanding.inBatch();
    boolean asks =
        (row.told() == Told.UNKNOWN || row.told() == Told.ROLLED_BACK)
            && owed == 1
            && !open
            && (server.question().xid() != 0 || server.question().told());
    outstanding.lost();
    session.leases().vars().takenBack();
    if (row.told() == Told.AGAIN) {
      routes.again(lease);
      silent = false;
      session.relay().input().putBack(routes.second().take());
      return true;
    }
    session.relay().input().abandon(open);
    settle(row.told(), server);
    if (asks && server.question().told()) {
      session.relay().answeredHere();
      return true;
    }
    if (asks) {
      commit.begin(
          server,
          due,
          new LostCommit.Errors(error(Told.UNKNOWN, server), error(Told.ROLLED_BACK, server)));
      return true;
    }
    answer(error(row.told(), server), owed, open);
    return true;
  }

  /// How many ends of statements the client waits for.
  private static int owed(byte[] due) {
    int owed = 0;
    for (byte kind : due) {
      owed += kind == Outstanding.ASKED || kind == Outstanding.SYNCED ? 1 : 0;
    }
    return owed;
  }

  /// The same for a server that another one has taken the place of for the moment: the answer to
  /// what is asked there comes first.
  ///
  /// @return whether the session goes on
  boolean parked(ServerConnection server, boolean tookPart) {
    SessionVars vars = session.leases().vars();
    if (vars.dirty() || session.leases().anchored()) {
      return false;
    }
    boolean failed =
        routes.block().failedHere() || session.leases().any(lease -> lease.block().failed());
    if (tookPart && routes.block().open() && !failed) {
      routes.block().failHere(error(Told.LATER, server));
    }
    return true;
  }

  private LossRow.Facts facts(Lease lease, ServerConnection server, boolean tookPart) {
    Outstanding outstanding = server.outstanding();
    Block block = routes.block();
    boolean inBlock = block.open() && tookPart;
    SessionVars vars = session.leases().vars();
    boolean idle = outstanding.answeredAll() && !inBlock;
    return new LossRow.Facts(
        vars.dirty() && (session.leases().kept() || idle),
        session.leases().anchored(),
        routes.second().possible(lease, server),
        !outstanding.answeredAll(),
        inBlock,
        block.failedHere() || outstanding.status() == 'E',
        underway.ends(),
        underway.begins(),
        underway.wrote(),
        underway.single());
  }

  /// The session's own idea of its transaction, before the client is told.
  private void settle(Told told, ServerConnection server) {
    Block block = routes.block();
    switch (told) {
      case LATER -> block.failHere(error(Told.LATER, server));
      case ROLLED_BACK_IN_BLOCK -> {
        if (!block.open()) {
          block.begin(BEGIN);
        }
        block.failHere(true);
      }
      case ROLLED_BACK, UNKNOWN -> {
        session.leases().endBlocksBut(null, _ -> false);
        block.end();
      }
      case NOTHING, AGAIN, END -> {
        // as it was
      }
    }
    routes.lost(told == Told.ROLLED_BACK || told == Told.UNKNOWN);
  }

  private static final byte[] BEGIN = {'b', 'e', 'g', 'i', 'n'};

  private void answer(BackendError error, int owed, boolean open) {
    Relay relay = session.relay();
    for (int i = 0; i < owed; i++) {
      relay.output().error(error);
      relay.answeredHere();
    }
    if (open) {
      relay.output().error(error);
    }
    relay.client().flush();
  }

  private static BackendError error(Told told, ServerConnection server) {
    if (told == Told.UNKNOWN) {
      return BackendError.of(
              "ERROR",
              SqlState.TRANSACTION_RESOLUTION_UNKNOWN.code(),
              "the server "
                  + server.node().id()
                  + " was lost before it answered: whether the transaction was committed is not"
                  + " known")
          .withHint("Look at the data before you repeat it.");
    }
    return BackendError.of(
            "ERROR",
            SqlState.SERIALIZATION_FAILURE.code(),
            "the server " + server.node().id() + " was lost: the transaction was rolled back")
        .withHint("The transaction may be repeated.");
  }
}

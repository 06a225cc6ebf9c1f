package org.relevo.proxy.session;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.server.Deadline;
import org.relevo.proxy.server.Outstanding;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A COMMIT whose answer was lost with its server: asks the primary of now what became of it, and
/// answers in the server's place. Until then the client waits, at most `primary_wait_timeout`; what
/// cannot be had by then is told as unknown.
///
/// ```text
/// lost ──► primary there? ─no─► waits ──► connection ──► asked ──► answered
///              ▲                                           │
///              └────────────────── not certain yet ◄───────┘
/// ```
///
/// Owner: event loop of the session.
final class LostCommit {
  private static final Logger LOG = LoggerFactory.getLogger(LostCommit.class);
  private static final long AGAIN_MS = 50;

  /// What the client is told of one that is not known, or was rolled back.
  record Errors(BackendError unknown, BackendError rolledBack) {}

  private record Pending(long xid, ServerLife life, Errors errors, long sinceNs) {}

  private final Session session;
  private final Deadline limit;
  private final Deadline again;
  private @Nullable Pending pending;
  private byte[] due = {};
  private @Nullable ServerConnection asked;
  private boolean late;

  LostCommit(Session session) {
    this.session = session;
    this.limit = new Deadline(session.loop());
    this.again = new Deadline(session.loop());
  }

  /// Whether the client waits for the outcome.
  boolean pending() {
    return pending != null;
  }

  /// @param lost is gone; its question was answered
  /// @param due what the client has not got of the answers to its COMMIT, as kinds of messages
  void begin(ServerConnection lost, byte[] due, Errors errors) {
    this.due = due;
    ServerLife life = new ServerLife(lost.node().id(), lost.question().startedUs());
    pending = new Pending(lost.question().xid(), life, errors, System.nanoTime());
    late = false;
    limit.start(session.hub().settings().primaryWaitTimeout().toMillis(), this::tooLate);
  }

  /// Goes on, as far as that is possible now.
  ///
  /// @return whether the client still waits
  boolean waits() {
    Pending now = pending;
    if (now == null) {
      return false;
    }
    if (asked != null || again.running()) {
      return true;
    }
    CommitOutcome known = CommitOutcome.before(now.xid(), now.life(), lives());
    if (known != CommitOutcome.ASK) {
      answer(now, known);
      return false;
    }
    Lease lease = session.lease();
    ServerConnection server = session.closedForMe() ? null : lease.acquire();
    if (server != null) {
      asked = lease.lock();
      OutcomeQuery.run(server, now.xid(), reply -> replied(lease, server, reply));
    } else if (!lease.occupied() && !lease.queued()) {
      session.seekServer();
    }
    return pending != null;
  }

  private Succession lives() {
    return session.hub().lives();
  }

  private void replied(Lease lease, ServerConnection server, OutcomeQuery.Reply reply) {
    asked = null;
    Pending now = pending;
    if (!lease.unlock(server) || now == null) {
      return; // the session has ended
    }
    if (reply.lost()) {
      lease.lost();
    }
    ServerLife answering = new ServerLife(server.node().id(), reply.startedUs());
    CommitOutcome outcome =
        reply.lost()
            ? CommitOutcome.ASK
            : reply.problem().isEmpty()
                ? CommitOutcome.of(now.xid(), now.life(), lives(), answering, reply.status())
                : CommitOutcome.UNKNOWN;
    LOG.debug(
        "session.commit-asked server={} xid={} status={} outcome={} reason=\"{}\"",
        server.node().id(),
        now.xid(),
        reply.status(),
        outcome,
        reply.problem());
    if (late && outcome == CommitOutcome.ASK) {
      outcome = CommitOutcome.UNKNOWN;
    }
    if (outcome != CommitOutcome.ASK) {
      answer(now, outcome);
      session.served();
      return;
    }
    again.start(AGAIN_MS, this::goOn);
    session.served(); // the connection goes back meanwhile
  }

  private void goOn() {
    again.stop();
    if (pending != null && !session.closed()) {
      session.served();
    }
  }

  private void tooLate() {
    late = true;
    ServerConnection now = asked;
    if (session.closed() || pending == null) {
      return;
    }
    if (now != null) {
      now.abort("did not tell the outcome of a transaction in time");
    }
    giveUp();
  }

  /// The outcome is not known, whatever may still be heard.
  ///
  /// @return whether the client waited for it
  boolean giveUp() {
    Pending now = pending;
    if (now == null) {
      return false;
    }
    answer(now, CommitOutcome.UNKNOWN);
    session.goOn();
    return true;
  }

  /// The last word to the client: that it has lost its server is not what it has to know first.
  BackendError farewell(BackendError error) {
    Pending now = pending;
    return now == null ? error : now.errors().unknown().asFatal();
  }

  void end() {
    pending = null;
    limit.stop();
    again.stop();
  }

  // ------------------------------------------------------------------ answer

  private void answer(Pending now, CommitOutcome outcome) {
    end();
    LOG.info(
        "session.commit-outcome xid={} outcome={} tookMs={}",
        now.xid(),
        outcome,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.sinceNs()));
    Relay relay = session.relay();
    switch (outcome) {
      case COMMITTED -> {
        for (byte kind : due) {
          committed(relay.output(), kind);
        }
      }
      case ROLLED_BACK -> relay.output().error(now.errors().rolledBack());
      case UNKNOWN, ASK -> relay.output().error(now.errors().unknown());
    }
    relay.answeredHere();
  }

  /// What the server would have said to a message.
  private static void committed(ClientOutput output, byte kind) {
    switch (kind) {
      case Outstanding.ASKED, Outstanding.EXECUTED -> output.complete("COMMIT");
      case Outstanding.PARSED, Outstanding.SPARED_PARSE -> output.empty('1');
      case Outstanding.BOUND -> output.empty('2');
      case Outstanding.DESCRIBED -> output.empty('n'); // of the portal
      case Outstanding.CLOSED, Outstanding.SPARED_CLOSE -> output.empty('3');
      default -> {
        // the service's own, and the Sync, whose answer comes last
      }
    }
  }
}

package org.relevo.proxy.session;

import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.BackendError;

/// Asks the server of a lease what the session has become.
///
/// Owner: event loop of the session.
final class LeaseSurvey {
  private final Session session;
  private final Lease lease;
  private final SessionVars vars;

  LeaseSurvey(Session session, Lease lease, SessionVars vars) {
    this.session = session;
    this.lease = lease;
    this.vars = vars;
  }

  /// Outside a transaction: asks, where the settings are not known.
  ///
  /// @return whether they are known now
  boolean settled() {
    if (!vars.dirty() || lease.connection() == null) {
      return true;
    }
    ServerConnection now = lease.ask();
    if (now != null) {
      run(now);
    }
    return false;
  }

  /// Outside a transaction: puts the session's settings on a connection that was kept.
  ///
  /// @return whether it has them now
  boolean adjusted() {
    ServerConnection now = lease.held();
    if (now == null) {
      return false;
    }
    VarSet given = now.applied();
    if (given == null || given.equals(vars.wanted())) {
      return true;
    }
    now.applied(null);
    Replay.settings(lease.lock(), given, vars.wanted(), problem -> lease.prepared(now, problem));
    return false;
  }

  void run(ServerConnection now) {
    now.converse(
        new Survey(session.startup().user(), baggage -> ended(now, baggage), this::lost),
        Survey.MAX_MESSAGE_BYTES);
    ask(now);
  }

  /// The answers go to whoever converses with the server.
  void ask(ServerConnection now) {
    Survey.ask(now.channel(), vars.customNames());
    now.statements().unnamed(null);
  }

  private void lost() {
    // All was answered, but going on with the settings of before would be going on with others.
    lease.lost();
    session.fail(
        BackendError.fatal(
            SqlState.CONNECTION_FAILURE,
            "the server closed the connection before this session's settings were known"));
  }

  private void ended(ServerConnection now, Baggage baggage) {
    now.endConversation();
    if (!lease.returning(now)) {
      return;
    }
    if (!baggage.readable() || vars.takeUnknownSet()) {
      now.spoil(); // nobody else is to have what cannot be taken off
    }
    now.applied(vars.found(baggage.settings(), session.shard()));
    if (baggage.sharedStatements() != now.statements().size()) {
      now.spoil(); // which of them are there is not known
    }
    lease.returned(now, true);
  }
}

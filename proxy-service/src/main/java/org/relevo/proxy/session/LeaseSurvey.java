package org.relevo.proxy.session;

import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.ServerConnection;
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

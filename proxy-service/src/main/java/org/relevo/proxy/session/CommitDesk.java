package org.relevo.proxy.session;

import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// Sees to it that the outcome of a COMMIT can be asked for when its answer does not come: the
/// server is asked for the transaction's number in the same write. Only where that is plain: the
/// COMMIT alone, of a transaction that may have written, everything before it answered. What is not
/// asked for is told as unknown.
///
/// Owner: event loop of the session.
final class CommitDesk {
  private final Session session;
  private final Leases leases;
  private final Block block;

  CommitDesk(Session session, Leases leases, Block block) {
    this.session = session;
    this.leases = leases;
    this.block = block;
  }

  /// A plan is about to go to the server of the current lease.
  void ahead(RoutePlan plan) {
    Lease home = leases.home();
    ServerConnection server = home.held();
    if (!plan.ends
        || !block.wrote()
        || server == null
        || leases.current() != home
        || !session.hub().asksOutcomes()
        || !commitAlone(plan)
        || server.outstanding().status() != 'T'
        || !server.outstanding().answeredAll()
        || !server.betweenMessages()
        || !server.question().fits(server.reported())) {
      return;
    }
    ServerWriter out = session.relay().input().out();
    out.begin(server.channel());
    server.question().ask(out.own());
    server.statements().unnamed(null);
  }

  private static boolean commitAlone(RoutePlan plan) {
    if (plan.items.size() != 1 || plan.chains || plan.opaque || plan.blind || !plan.complete) {
      return false;
    }
    RoutePlan.Item item = plan.items.getFirst();
    StatementClass facts = item.facts();
    return item.runs()
        && facts != null
        && facts.single()
        && facts.first().kind() == StatementKind.COMMIT
        && (plan.query || plan.executes == 1);
  }
}

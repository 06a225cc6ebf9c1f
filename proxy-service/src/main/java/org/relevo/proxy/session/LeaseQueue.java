package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolShard;
import org.relevo.proxy.pool.Waiter;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// A lease's place in its pool's queue.
///
/// Owner: event loop of the session.
final class LeaseQueue implements Waiter<ServerConnection> {
  private final Session session;
  private final Lease lease;
  private final Replacement replacement;
  private @Nullable PoolShard<ServerConnection> pool;
  private @Nullable ClusterView sourceView;
  private @Nullable PoolShard<ServerConnection> source;
  private boolean waiting;
  private long sinceNs;

  LeaseQueue(Session session, Lease lease) {
    this.session = session;
    this.lease = lease;
    this.replacement = new Replacement(session);
  }

  boolean waiting() {
    return waiting;
  }

  long sinceNs() {
    return sinceNs;
  }

  /// Where the connection came from and goes back to.
  @Nullable PoolShard<ServerConnection> pool() {
    return pool;
  }

  void pool(PoolShard<ServerConnection> other) {
    pool = other;
  }

  /// @return a connection at once, or null: the lease is told later, or there is no node to ask
  @Nullable ServerConnection ask() {
    PoolShard<ServerConnection> from = source();
    if (from == null) {
      return null;
    }
    pool = from;
    ServerConnection given = from.acquire(this);
    if (given == null) {
      waiting = true;
      sinceNs = System.nanoTime();
      LoopCounters.add(session.counters().waiting, 1);
    }
    return given;
  }

  /// The pool of the lease's node, or of the primary: looked up once for each picture of the
  /// cluster, not for each transaction. One that has been retired since sends to its successor.
  @SuppressWarnings("ReferenceEquality") // the question is whether it was looked up in this picture
  private @Nullable PoolShard<ServerConnection> source() {
    ClusterView view = session.hub().views().current();
    if (view != sourceView) {
      BackendId fixed = lease.node();
      BackendId at = fixed != null ? fixed : view.primaryNode().map(NodeView::id).orElse(null);
      source =
          at == null
              ? null
              : session.pool(
                  new PoolKey(at, session.startup().database(), session.startup().user()));
      sourceView = view;
    }
    return source;
  }

  /// @return whether it stood in the queue
  boolean leave() {
    if (!waiting || pool == null) {
      return false;
    }
    pool.withdraw(this);
    left();
    return true;
  }

  private void left() {
    waiting = false;
    LoopCounters.add(session.counters().waiting, -1);
  }

  @Override
  public void granted(ServerConnection connection) {
    if (!waiting) {
      connection.takeBack();
      ServerReset.giveTo(pool, connection, true);
      return;
    }
    left();
    replacement.over();
    session.presence().waited(System.nanoTime() - sinceNs);
    lease.granted(connection);
  }

  @Override
  public void refused(BackendError error) {
    if (waiting) {
      left();
      if (lease.node() != null) {
        session.leases().unreachable(lease);
      } else if (error.sqlState().equals(SqlState.TOO_MANY_CONNECTIONS.code())) {
        session.dequeued(error);
      } else if (!replacement.awaited(error)) {
        session.leases().unserved(error);
      }
    }
  }

  @Override
  public void drained(BackendError error) {
    if (waiting) {
      left();
      if (lease.node() != null) {
        session.leases().unreachable(lease);
      } else {
        session.served(); // asks at the primary of now
      }
    }
  }

  @Override
  public String label() {
    return "client " + session.presence().id() + " " + session.client().remoteAddress();
  }
}

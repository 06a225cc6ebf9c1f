package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// Reads of one client that wait, at most `replay_wait_timeout`, until a standby has replayed what
/// they must see. The loop never waits: the session is called back.
///
/// ```
/// late ─> a server that waits by itself? ─yes─> sent there behind WAIT FOR LSN ─fails─> primary
///           └─no─> newer positions: routed again ──time is over──> primary
/// ```
///
/// Owner: event loop of the session.
final class ReplayWait {
  /// Longest time for the sample that a new connection to a standby needs.
  private static final Duration PROOF_LIMIT = Duration.ofMillis(100);

  private static final String SYNTAX_ERROR = "42601";

  private final Session session;
  private final Leases leases;
  private final Block block;
  private final Freshness freshness;
  private boolean waiting;
  private boolean proving;

  ReplayWait(Session session, Leases leases, Block block, Freshness freshness) {
    this.session = session;
    this.leases = leases;
    this.block = block;
    this.freshness = freshness;
  }

  /// Another plan is at the front.
  void begins() {
    freshness.readArrives();
  }

  /// Whether the plan, which is late, waits; else it may go where its target says.
  boolean holds(RoutePlan plan) {
    if (waiting) {
      return true;
    }
    long nowNs = System.nanoTime();
    if (plan.lateUntilNs == 0) {
      Duration patience = freshness.patience();
      if (patience.isZero()) {
        return false;
      }
      plan.lateUntilNs = nowNs + patience.toNanos() | 1;
    }
    Duration left = Duration.ofNanos(plan.lateUntilNs - nowNs);
    if (left.toMillis() < 1) {
      return false;
    }
    boolean there = !block.open() && !plan.waitedThere;
    Freshness.ServerWait server = there ? freshness.serverWait(left) : null;
    if (server != null) {
      plan.waitedThere = true;
      plan.waitsBy = server.statement().getBytes(StandardCharsets.US_ASCII);
      plan.target = leases.on(server.node());
      return false;
    }
    waiting = true;
    freshness.whenReplayed(left, there, session.loop(), this::goOn);
    return true;
  }

  private void goOn() {
    waiting = false;
    if (!session.closed()) {
      session.relay().drip();
      session.relay().flushServer();
    }
  }

  /// The read is not to wait any more.
  ///
  /// @return whether it did
  boolean leave() {
    boolean was = waiting;
    waiting = false;
    return was;
  }

  /// Whether the server of the lease shows what the plan must see; asks it to wait otherwise.
  ///
  /// @param whenDone gets the server's error, or that it was lost
  boolean shown(RoutePlan plan, Lease lease, Consumer<Optional<BackendError>> whenDone) {
    byte[] statement = plan.waitsBy;
    if (statement == null || lease.node() == null) {
      return true;
    }
    plan.waitsBy = null;
    ServerConnection now = lease.lock();
    Errand.run(
        now,
        List.of(statement),
        problem -> {
          if (lease.unlock(now)) {
            note(now, problem.orElse(null));
            whenDone.accept(problem);
          }
        });
    return false;
  }

  /// Whether what is known of the standby is true of this connection, which is new perhaps; else
  /// the next sample is waited for, and in vain the primary serves.
  boolean proven(Lease lease, ServerConnection server) {
    if (lease.node() == null || lease.block().open() || freshness.proves(server)) {
      return true;
    }
    if (!proving) {
      proving = true;
      freshness.whenProven(server, PROOF_LIMIT, session.loop(), () -> proofEnds(lease, server));
    }
    return false;
  }

  private void proofEnds(Lease lease, ServerConnection server) {
    proving = false;
    if (session.closed()) {
      return;
    }
    if (server.equals(lease.held()) && !freshness.proves(server)) {
      lease.giveUp();
      leases.unreachable(lease);
    } else {
      goOn();
    }
  }

  private void note(ServerConnection server, @Nullable BackendError problem) {
    if (problem != null && problem.sqlState().equals(SYNTAX_ERROR)) {
      freshness.cannotWait(server.node().id());
    }
  }
}

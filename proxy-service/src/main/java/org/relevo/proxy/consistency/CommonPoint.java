package org.relevo.proxy.consistency;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.TrafficGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds new transactions, has every node take its snapshot at the same position, and lets them go
/// on again, whatever happened.
///
/// Owner: the check's thread.
final class CommonPoint {
  private static final Logger LOG = LoggerFactory.getLogger(CommonPoint.class);
  // We open the gate ourselves before it would do it; a dead service is what their limit is for.
  private static final Duration LEASE_MARGIN = Duration.ofMillis(500);

  private final String operationId;
  private final TrafficGate gate;
  private final Duration limit;
  private final NodeThreads threads;
  private long heldMs;

  CommonPoint(String operationId, TrafficGate gate, Duration limit, NodeThreads threads) {
    this.operationId = operationId;
    this.gate = gate;
    this.limit = limit;
    this.threads = threads;
  }

  /// How long new transactions waited, whether it led to anything or not.
  long heldMs() {
    return heldMs;
  }

  /// @return where the snapshots are
  Lsn take(NodeSnapshot primary, List<NodeSnapshot> all) throws CheckFailure, InterruptedException {
    long started = System.nanoTime();
    long deadline = started + limit.toNanos();
    Lsn lsn;
    try {
      hold(deadline);
      lsn = position(primary);
      threads.forEach(
          all,
          snapshot -> {
            snapshot.awaitReplayed(lsn, deadline);
            snapshot.open();
          });
      checkStillHeld();
    } finally {
      release();
      heldMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
    }
    if (!primary.problem().isEmpty()) {
      throw new CheckFailure("the primary gave no snapshot: " + primary.problem());
    }
    return lsn;
  }

  private void hold(long deadline) throws CheckFailure, InterruptedException {
    try {
      gate.hold(operationId, limit.plus(LEASE_MARGIN))
          .toCompletableFuture()
          .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (IllegalStateException e) {
      throw new CheckFailure("new transactions cannot be held: " + e.getMessage(), e);
    } catch (ExecutionException e) {
      throw new CheckFailure("new transactions could not be held: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new CheckFailure(
          "transactions did not end within %d ms (%d sessions still in one); traffic goes on,"
                  .formatted(limit.toMillis(), gate.state().inTransaction())
              + " nothing was compared: try again when no long transaction runs",
          e);
    }
  }

  private static Lsn position(NodeSnapshot primary) throws CheckFailure {
    try {
      return primary.position();
    } catch (SQLException e) {
      throw new CheckFailure("the primary gave no position: " + e.getMessage(), e);
    }
  }

  /// A snapshot that was taken after the gate had opened may contain more than the others.
  private void checkStillHeld() throws CheckFailure {
    if (gate.state().holder().filter(operationId::equals).isEmpty()) {
      throw new CheckFailure(
          "the gate opened before every node had its snapshot; nothing was compared: try again");
    }
  }

  private void release() {
    try {
      gate.release(operationId);
    } catch (RuntimeException e) {
      // The snapshots are good all the same; the gate opens by itself at its limit.
      LOG.warn("consistency.release id={} reason=\"{}\"", operationId, e.toString());
    }
  }

  /// Runs something for every node at once and waits for all.
  interface NodeThreads {
    void forEach(List<NodeSnapshot> snapshots, Consumer<NodeSnapshot> work)
        throws InterruptedException;
  }
}

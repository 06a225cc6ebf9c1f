package org.relevo.proxy.coordinator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.core.TrafficGate.MoveReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All gates of the cluster as one, for one operation.
///
/// Owner: the operation's thread.
final class Gates {
  private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

  private final String operationId;
  private final List<PeerGates.Peer> gates = new ArrayList<>();
  private boolean held;

  Gates(String operationId, String proxyId, TrafficGate local, PeerGates peers) {
    this.operationId = operationId;
    gates.add(new PeerGates.Peer(proxyId, local));
    gates.addAll(peers.peers());
  }

  /// Closes every gate.
  ///
  /// @return completes when all sessions of all services are at a transaction boundary
  CompletableFuture<Void> hold(Duration atMost) {
    held = true;
    List<CompletableFuture<TrafficGate.State>> all = new ArrayList<>();
    for (PeerGates.Peer peer : gates) {
      all.add(peer.gate().hold(operationId, atMost).toCompletableFuture());
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  int sessionsInTransaction() {
    return gates.stream().mapToInt(peer -> peer.gate().state().inTransaction()).sum();
  }

  int sessionsHeld() {
    return gates.stream().mapToInt(peer -> peer.gate().state().atBoundary()).sum();
  }

  /// Names of the services whose gate is not ours any more.
  List<String> opened() {
    return gates.stream()
        .filter(peer -> peer.gate().state().holder().filter(operationId::equals).isEmpty())
        .map(PeerGates.Peer::proxyId)
        .toList();
  }

  /// @return sessions that cannot be moved
  int prepareMove(Duration limit) throws OperationFailure, InterruptedException {
    int unmovable = 0;
    for (CompletableFuture<Integer> each : all(gate -> gate.prepareMove(operationId))) {
      unmovable += get(each, limit, "look at the held sessions");
    }
    return unmovable;
  }

  /// Moves all sessions; a gate that fails does not keep the others from it.
  MoveReport moveTo(BackendId primary, Duration limit) throws InterruptedException {
    int moved = 0;
    int ended = 0;
    for (CompletableFuture<MoveReport> each : all(gate -> gate.moveTo(operationId, primary))) {
      try {
        MoveReport report = get(each, limit, "move the held sessions");
        moved += report.moved();
        ended += report.ended();
      } catch (OperationFailure e) {
        LOG.warn("switchover.move id={} reason=\"{}\"", operationId, e.getMessage());
      }
    }
    held = false;
    return new MoveReport(moved, ended);
  }

  /// Opens every gate that is still ours; never throws.
  void release() {
    if (!held) {
      return;
    }
    held = false;
    for (PeerGates.Peer peer : gates) {
      try {
        peer.gate().release(operationId);
      } catch (RuntimeException e) {
        // It opens by itself at its deadline.
        LOG.warn(
            "switchover.release id={} proxy={} reason=\"{}\"",
            operationId,
            peer.proxyId(),
            e.toString());
      }
    }
  }

  private <T> List<CompletableFuture<T>> all(Function<TrafficGate, CompletionStage<T>> call) {
    List<CompletableFuture<T>> all = new ArrayList<>();
    for (PeerGates.Peer peer : gates) {
      try {
        all.add(call.apply(peer.gate()).toCompletableFuture());
      } catch (RuntimeException e) {
        all.add(CompletableFuture.failedFuture(e));
      }
    }
    return all;
  }

  private static <T> T get(CompletableFuture<T> future, Duration limit, String what)
      throws OperationFailure, InterruptedException {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new OperationFailure("could not " + what + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new OperationFailure("could not " + what + " within " + limit.toMillis() + " ms", e);
    }
  }
}

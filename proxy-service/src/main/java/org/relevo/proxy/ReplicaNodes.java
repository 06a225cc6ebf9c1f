package org.relevo.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.fanout.ReplicaSet;
import org.relevo.proxy.onlinerecovery.RecoveryFailure;
import org.relevo.proxy.onlinerecovery.ServedNodes;
import org.relevo.proxy.onlinerecovery.WriteHold;

/// The nodes of statement replication as recovery sees them: a node that is recovered is detached
/// until it stands where the others do, while nobody writes.
///
/// Owner: none; its lock guards who holds the writers, so that a node is attached during a hold or
/// not at all.
final class ReplicaNodes implements ServedNodes, WriteHold {
  private final ReplicaSet replicas;
  private final ClusterViews views;
  private final Runnable probeNow;
  private @Nullable Hold holding;

  /// @param opener opens it when it has lasted too long, whatever became of its holder
  private record Hold(String id, Thread opener) {}

  ReplicaNodes(ReplicaSet replicas, ClusterViews views, Runnable probeNow) {
    this.replicas = replicas;
    this.views = views;
    this.probeNow = probeNow;
  }

  @Override
  public ClusterView view() {
    return views.current();
  }

  @Override
  public boolean statements() {
    return true;
  }

  @Override
  public Optional<BackendId> main() {
    return replicas.attached(view()).stream().findFirst().map(NodeView::id);
  }

  @Override
  public WriteHold writes() {
    return this;
  }

  @Override
  public boolean hold(String id, Duration patience, Duration needed) throws InterruptedException {
    if (!replicas.holdWrites(patience)) {
      return false;
    }
    Thread opener =
        Thread.ofVirtual()
            .name("hold-" + id)
            .unstarted(() -> {
              try {
                Thread.sleep(needed);
                release(id);
              } catch (InterruptedException _) {
                // Opened in time.
              }
            });
    synchronized (this) {
      holding = new Hold(id, opener);
    }
    opener.start();
    return true;
  }

  @Override
  public synchronized boolean held(String id) {
    return holding != null && holding.id().equals(id);
  }

  @Override
  public synchronized void release(String id) {
    Hold now = holding;
    if (now != null && now.id().equals(id)) {
      holding = null;
      replicas.releaseWrites();
      now.opener().interrupt();
    }
  }

  @Override
  public void beginRecovery(BackendId node) throws RecoveryFailure {
    out(node, "is being recovered");
  }

  @Override
  public void checkSource(BackendId source) throws RecoveryFailure {
    @Nullable String why = replicas.detached().get(source);
    if (why != null) {
      throw new RecoveryFailure(
          "%s, which it was copied from, was detached meanwhile (%s); recover it again from another"
              .formatted(source, why));
    }
  }

  @Override
  public synchronized void endRecovery(BackendId node, BackendId source, boolean whole)
      throws RecoveryFailure {
    if (!whole) {
      return; // it stays out
    }
    if (holding == null) {
      throw new RecoveryFailure("clients went on, so " + node + " has missed what they wrote");
    }
    // Nobody writes now, so what the source has missed it had missed before.
    checkSource(source);
    try {
      replicas.attach(node);
    } catch (IOException e) {
      throw new RecoveryFailure("it cannot be written down who takes part: " + e.getMessage(), e);
    }
    probeNow.run();
  }

  @Override
  public void detach(BackendId node, String actor, String reason) throws RecoveryFailure {
    out(node, "detached by " + actor + (reason.isEmpty() ? "" : ": " + reason));
  }

  private void out(BackendId node, String why) throws RecoveryFailure {
    try {
      if (!replicas.detach(node, why, view())) {
        throw new RecoveryFailure(node + " is the last node that takes part; it stays");
      }
    } catch (IOException e) {
      throw new RecoveryFailure("it cannot be written down who takes part: " + e.getMessage(), e);
    }
  }

  @Override
  public void attach(BackendId node, String actor, String reason) throws RecoveryFailure {
    if (replicas.detached().containsKey(node)) {
      throw new RecoveryFailure(
          "%s has missed what the others wrote: relevo ctl node recover %d"
              .formatted(node, node.value()));
    }
  }
}

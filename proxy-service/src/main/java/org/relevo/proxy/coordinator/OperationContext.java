package org.relevo.proxy.coordinator;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.RoleChange;

/// What every operation works with.
record OperationContext(
    CoordinatorSettings settings,
    ClusterAccess access,
    ControlLoop loop,
    TrafficGate localGate,
    PeerGates peerGates,
    Clock clock) {
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(10);

  /// Publishes what the operation changes and has seen, and waits until everybody can read it.
  ClusterView publish(RoleChange change, List<NodeObservation> fresh)
      throws OperationFailure, InterruptedException {
    try {
      return loop.changeRoles(change, fresh).get(PUBLISH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new OperationFailure("the coordinator does not publish: " + e, e);
    }
  }
}

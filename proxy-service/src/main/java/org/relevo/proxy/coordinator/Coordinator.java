package org.relevo.proxy.coordinator;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.health.NodeWatch;

/// The package's door: makes the control loop, the node watches and the operations, and starts and
/// stops them together.
///
/// Owner: the wiring; [#start] and [#close] once each.
public final class Coordinator implements AutoCloseable {
  private static final long CLOSE_WAIT_MS = 60_000;

  private final CoordinatorSettings settings;
  private final EventJournal journal;
  private final Clock clock;
  private final ControlLoop loop;
  private final ClusterAccess access;
  private final Operations operations;
  private final List<NodeWatch> watches = new CopyOnWriteArrayList<>();
  private final long startedAtEpochMs;

  /// @param localGate this service's own clients
  /// @param peerGates the other services of the cluster
  public Coordinator(
      CoordinatorSettings settings, TrafficGate localGate, PeerGates peerGates, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.startedAtEpochMs = clock.millis();
    this.journal = new EventJournal(clock);
    this.loop =
        new ControlLoop(settings.nodes().stream().map(NodeSettings::spec).toList(), journal, clock);
    this.access = new ClusterAccess(settings);
    this.operations =
        new Operations(
            new OperationContext(settings, access, loop, localGate, peerGates, clock), journal);
  }

  /// Starts watching, and sets right what a killed service left behind.
  public void start() {
    loop.start();
    for (NodeSettings node : settings.nodes()) {
      watches.add(NodeWatch.start(node, settings.health(), clock, loop::observe));
    }
    operations.resume();
  }

  /// Takes over new times of probes.
  public void apply(HealthSettings health) {
    watches.forEach(watch -> watch.apply(health));
  }

  public CoordinatorSettings settings() {
    return settings;
  }

  public ClusterViews views() {
    return loop;
  }

  public EventJournal journal() {
    return journal;
  }

  public Operations operations() {
    return operations;
  }

  public long startedAtEpochMs() {
    return startedAtEpochMs;
  }

  /// What the node said when it last answered; empty when its last probe failed.
  public Optional<Answered> lastAnswer(BackendId node) {
    return loop.lastAnswer(node);
  }

  /// Whether this service can start and stop the node's server.
  public boolean isLocal(BackendId node) {
    return access.isLocal(node);
  }

  /// Probes every node now, such as after an error on user traffic.
  public void probeNow() {
    watches.forEach(NodeWatch::probeNow);
  }

  @Override
  public void close() {
    try {
      operations.close(CLOSE_WAIT_MS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    watches.forEach(NodeWatch::close);
    loop.close();
  }
}

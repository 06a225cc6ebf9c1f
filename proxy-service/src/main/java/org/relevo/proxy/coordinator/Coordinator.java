package org.relevo.proxy.coordinator;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.failover.Mandate;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.health.NodeWatch;
import org.relevo.proxy.health.ProbeFigures;

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
  private final Map<BackendId, NodeWatch> watches = new ConcurrentHashMap<>();
  private final ProbeFigures probes = new ProbeFigures();
  private final long startedAtEpochMs;
  private volatile Consumer<NodeObservation> observer = _ -> {};
  private volatile Function<BackendId, HealthSettings> times;

  /// @param localGate this service's own clients
  /// @param peerGates the other services of the cluster
  public Coordinator(
      CoordinatorSettings settings, TrafficGate localGate, PeerGates peerGates, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.startedAtEpochMs = clock.millis();
    this.times = _ -> settings.health();
    this.journal = new EventJournal(clock);
    this.loop =
        new ControlLoop(settings.nodes().stream().map(NodeSettings::spec).toList(), journal, clock);
    this.access = new ClusterAccess(settings);
    this.operations =
        new Operations(
            new OperationContext(settings, access, loop, localGate, peerGates, clock), journal);
  }

  /// Starts watching.
  public void start() {
    loop.start();
    for (NodeSettings node : settings.nodes()) {
      watches.put(node.id(), NodeWatch.start(node, times.apply(node.id()), clock, this::observed));
    }
  }

  /// Sets right what a killed service left behind. Not where the members of a cluster decide.
  public void resume() {
    operations.resume();
  }

  /// Tells every probe to somebody else too, on the probes' threads; must not block long.
  public void tell(Consumer<NodeObservation> next) {
    observer = next;
  }

  private void observed(NodeObservation observation) {
    probes.add(observation, clock.millis());
    loop.observe(observation);
    observer.accept(observation);
  }

  /// Takes over times of probes, which may differ by server; also before the start.
  public void apply(Function<BackendId, HealthSettings> next) {
    times = next;
    watches.forEach((node, watch) -> watch.apply(next.apply(node)));
  }

  /// Takes over what the members of the cluster have agreed on; from the first time on only that
  /// counts. May be called before the start.
  ///
  /// @return completes when the picture that includes it is published
  public CompletableFuture<ClusterView> mandate(Mandate agreed) {
    return loop.mandate(agreed);
  }

  /// Keeps a node from being used, whatever it answers, or lets it be used again.
  ///
  /// @param as what it is shown as meanwhile; empty to end it
  /// @return completes when the picture that includes it is published
  public CompletableFuture<ClusterView> keepOut(BackendId node, Optional<NodeView.Status> as) {
    return loop.keepOut(node, as);
  }

  /// From now on every server takes writes, apart from these; why they do not is told with them.
  public void detached(Map<BackendId, String> reasons) {
    loop.detached(reasons);
  }

  /// What its probes have come to.
  public ProbeFigures.Figures probes(BackendId node) {
    return probes.of(node);
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
    watches.values().forEach(NodeWatch::probeNow);
  }

  @Override
  public void close() {
    try {
      operations.close(CLOSE_WAIT_MS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    watches.values().forEach(NodeWatch::close);
    loop.close();
  }
}

package org.relevo.proxy.member;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.failover.Mandate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clients of a proxy service.
///
/// Owner: the member's thread.
public final class ServedClients implements Clients {
  private static final Logger LOG = LoggerFactory.getLogger(ServedClients.class);

  /// One hold at a time, whatever it is for.
  private static final String HOLDER = "cluster";

  /// The control lets go by itself; this only outlives it.
  private static final Duration MOST = Duration.ofDays(1);

  private static final Mandate CHANGING = new Mandate(Optional.empty(), "the primary is changing");

  /// What the data plane offers.
  ///
  /// @param abandon closes all connections to a primary
  /// @param leaving closes those to a primary that nobody uses
  /// @param prepare opens connections to the second, which is about to take the first one's place
  /// @param primaryIs closes what was opened while a node had another role
  /// @param lives which life of which server takes writes
  /// @param keepOut takes a server out of use, or gives it back
  /// @param mandate publishes who is the primary
  /// @param probeNow probes all servers
  public record DataPlane(
      WriteFence fence,
      TrafficGate gate,
      Consumer<BackendId> abandon,
      Consumer<BackendId> leaving,
      BiConsumer<BackendId, BackendId> prepare,
      Consumer<BackendId> primaryIs,
      Consumer<Succession> lives,
      BiFunction<BackendId, Optional<NodeView.Status>, CompletableFuture<ClusterView>> keepOut,
      Function<Mandate, CompletableFuture<ClusterView>> mandate,
      Runnable probeNow) {}

  private final DataPlane plane;
  private Mandate mandate =
      new Mandate(Optional.empty(), "the members of the cluster have not agreed yet");
  private Succession lives = Succession.NONE;
  private final Set<BackendId> out = new TreeSet<>();
  private String prepared = "";
  private boolean holding;
  private @Nullable BackendId served;

  /// Nobody writes until the control says so.
  public ServedClients(DataPlane plane) {
    this.plane = plane;
    plane.fence().until(System.nanoTime());
    var _ = publish(mandate);
  }

  @Override
  public void lookAtServers() {
    plane.probeNow().run();
  }

  @Override
  public void agreed(ClusterState state) {
    Succession now = state.primary().map(Primary::lives).orElse(Succession.NONE);
    if (!now.equals(lives)) {
      lives = now;
      plane.lives().accept(now);
    }
    state.operation().ifPresent(operation -> prepare(operation, state));
    Set<BackendId> kept = keptByHand(state);
    state.nodes().keySet().stream()
        .filter(node -> kept.contains(node) != out.contains(node))
        .forEach(node -> keepOut(node, kept.contains(node)));
  }

  /// Logins of a switchover are made while clients still write.
  private void prepare(Operation operation, ClusterState state) {
    BackendId from = served;
    boolean soon = operation.phase() == Operation.Phase.CHECKPOINT;
    if (soon && from != null && !operation.id().equals(prepared)) {
      prepared = operation.id();
      next(operation, from, state).ifPresent(next -> plane.prepare().accept(from, next));
    }
  }

  /// Who will be the primary, when that is known already.
  private static Optional<BackendId> next(Operation operation, BackendId from, ClusterState state) {
    if (operation.to() >= 0) {
      return Optional.of(new BackendId(operation.to()));
    }
    Set<BackendId> others = new TreeSet<>(state.nodes().keySet());
    others.remove(from);
    return others.size() == 1 ? others.stream().findFirst() : Optional.empty();
  }

  private void keepOut(BackendId node, boolean on) {
    Optional<NodeView.Status> as = on ? Optional.of(NodeView.Status.MAINTENANCE) : Optional.empty();
    if (plane.keepOut().apply(node, as).isCompletedExceptionally()) {
      return; // not taken over: again with the next change
    }
    if (on) {
      out.add(node);
    } else {
      out.remove(node);
    }
  }

  /// Of the servers that members control: the others were never anything else.
  private static Set<BackendId> keptByHand(ClusterState state) {
    Set<BackendId> kept = new TreeSet<>();
    state
        .nodes()
        .forEach((node, now) -> {
          boolean byHand = now.goal() == Goal.DETACHED || now.goal() == Goal.MAINTENANCE;
          boolean primary = state.primary().filter(each -> each.node().equals(node)).isPresent();
          if (byHand && !primary && state.agentOf(node).isPresent()) {
            kept.add(node);
          }
        });
    return kept;
  }

  @Override
  public void writeUntil(long deadlineNs) {
    boolean waited = plane.fence().closed();
    plane.fence().until(deadlineNs);
    if (waited && served != null && !holding) {
      // Whoever waits for the primary is told by a picture.
      var _ = publish(mandate);
    }
  }

  @Override
  public CompletionStage<Integer> hold(boolean abandon) {
    holding = true;
    BackendId lost = served;
    CompletionStage<TrafficGate.State> held = plane.gate().hold(HOLDER, MOST);
    if (abandon) {
      var _ = publish(CHANGING);
      if (lost != null) {
        plane.abandon().accept(lost);
      }
      return held.thenApply(TrafficGate.State::atBoundary);
    }
    return held.thenCompose(state -> {
      if (lost != null) {
        // Its stop waits for the end of every one of them.
        plane.leaving().accept(lost);
      }
      return plane
          .gate()
          .prepareMove(HOLDER)
          .thenApply(stuck -> {
            LOG.info("cluster.held sessions={} notMovable={}", state.atBoundary(), stuck);
            return state.atBoundary();
          });
    });
  }

  @Override
  public CompletionStage<GoneOn> serve(BackendId primary) {
    served = primary;
    boolean move = holding;
    holding = false;
    plane.primaryIs().accept(primary);
    return publish(new Mandate(Optional.of(primary), ""))
        .thenCompose(_ -> move ? moveTo(primary) : CompletableFuture.completedFuture(GoneOn.ALL));
  }

  private CompletionStage<GoneOn> moveTo(BackendId primary) {
    return plane
        .gate()
        .moveTo(HOLDER, primary)
        .handle((report, problem) -> {
          if (problem == null) {
            return new GoneOn(report.moved(), report.ended());
          }
          LOG.warn("cluster.move reason=\"{}\"", problem.toString());
          plane.gate().release(HOLDER);
          return GoneOn.ALL;
        });
  }

  @Override
  public CompletionStage<GoneOn> release() {
    holding = false;
    BackendId before = served;
    return publish(
            before == null
                ? new Mandate(Optional.empty(), "no primary is known")
                : new Mandate(Optional.of(before), ""))
        .thenApply(_ -> {
          plane.gate().release(HOLDER);
          return GoneOn.ALL;
        });
  }

  @Override
  public void serveNobody(String reason) {
    holding = false;
    var _ =
        publish(new Mandate(Optional.empty(), reason)).thenRun(() -> plane.gate().release(HOLDER));
  }

  private CompletableFuture<ClusterView> publish(Mandate next) {
    mandate = next;
    return plane.mandate().apply(mandate);
  }
}

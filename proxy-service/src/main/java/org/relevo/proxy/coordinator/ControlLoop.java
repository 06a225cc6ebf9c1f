package org.relevo.proxy.coordinator;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.failover.Mandate;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeSpec;
import org.relevo.proxy.failover.ReplicaDecision;
import org.relevo.proxy.failover.RoleChange;
import org.relevo.proxy.failover.ViewDecision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns observations into published pictures, one at a time.
///
/// Owner: its own thread `coordinator`; [#current], [#observe] and [#changeRoles] are for any
/// thread.
final class ControlLoop implements ClusterViews, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
  private static final int QUEUE_CAPACITY = 1024;

  private sealed interface Event {}

  private record Observed(NodeObservation observation) implements Event {}

  private record Mandated(Mandate mandate, CompletableFuture<ClusterView> published)
      implements Event {}

  private record KeptOut(
      BackendId node, Optional<NodeView.Status> as, CompletableFuture<ClusterView> published)
      implements Event {}

  private record Detached() implements Event {}

  private record RolesChanged(
      RoleChange change, List<NodeObservation> fresh, CompletableFuture<ClusterView> published)
      implements Event {
    RolesChanged {
      fresh = List.copyOf(fresh);
    }
  }

  private final Clock clock;
  private final EventJournal journal;
  private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
  private final CopyOnWriteArrayList<Consumer<ClusterView>> listeners =
      new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final Map<BackendId, NodeObservation> last = new HashMap<>();
  private final Map<BackendId, NodeView.Status> keptOut = new HashMap<>();
  private RoleChange change = RoleChange.NONE;
  private Optional<Mandate> mandate = Optional.empty();

  /// What was said last; the event only tells that there is something new, so a full queue loses
  /// nothing.
  private volatile Optional<Map<BackendId, String>> detached = Optional.empty();

  private volatile ClusterView view;
  private volatile Map<BackendId, Answered> answers = Map.of();

  ControlLoop(List<NodeSpec> nodes, EventJournal journal, Clock clock) {
    this.clock = clock;
    this.journal = journal;
    this.view = ViewDecision.initial(nodes, clock.millis());
    this.thread = Thread.ofPlatform().name("coordinator").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public ClusterView current() {
    return view;
  }

  @Override
  public Subscription listen(Consumer<ClusterView> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// What the node said when it last answered; empty when its last probe failed.
  Optional<Answered> lastAnswer(BackendId node) {
    return Optional.ofNullable(answers.get(node));
  }

  /// Takes a probe's outcome. When the loop cannot keep up the outcome is dropped: the next probe
  /// brings a newer one.
  void observe(NodeObservation observation) {
    if (!queue.offer(new Observed(observation))) {
      LOG.warn("coordinator.behind dropped={} queue={}", observation.node(), QUEUE_CAPACITY);
    }
  }

  /// Sets what the members of the cluster have agreed on; from the first time on only that counts.
  ///
  /// @return completes when the picture that includes it is published
  CompletableFuture<ClusterView> mandate(Mandate agreed) {
    CompletableFuture<ClusterView> published = new CompletableFuture<>();
    if (!queue.offer(new Mandated(agreed, published))) {
      published.completeExceptionally(
          new RejectedExecutionException("the coordinator's queue is full"));
    }
    return published;
  }

  /// Keeps a node from being used, whatever it answers, or lets it be used again.
  ///
  /// @param as what it is shown as meanwhile; empty to end it
  /// @return completes when the picture that includes it is published
  CompletableFuture<ClusterView> keepOut(BackendId node, Optional<NodeView.Status> as) {
    CompletableFuture<ClusterView> published = new CompletableFuture<>();
    if (!queue.offer(new KeptOut(node, as, published))) {
      published.completeExceptionally(
          new RejectedExecutionException("the coordinator's queue is full"));
    }
    return published;
  }

  /// Sets what an operation is changing, together with what the operation has just seen itself.
  ///
  /// @return completes when the picture that includes it is published
  CompletableFuture<ClusterView> changeRoles(RoleChange next, List<NodeObservation> fresh) {
    CompletableFuture<ClusterView> published = new CompletableFuture<>();
    if (!queue.offer(new RolesChanged(next, fresh, published))) {
      published.completeExceptionally(
          new RejectedExecutionException("the coordinator's queue is full"));
    }
    return published;
  }

  /// From now on every server takes writes, apart from these.
  void detached(Map<BackendId, String> reasons) {
    detached = Optional.of(Map.copyOf(reasons));
    if (!queue.offer(new Detached())) {
      LOG.warn("coordinator.detached-late nodes={}", reasons.keySet());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        handle(queue.take());
      }
    } catch (InterruptedException _) {
      // Closed: the last picture stays readable.
    }
  }

  private void handle(Event event) {
    assert Thread.currentThread() == thread;
    switch (event) {
      case Observed(NodeObservation observation) -> {
        if (keep(observation)) {
          publish();
        }
      }
      case Mandated(Mandate agreed, CompletableFuture<ClusterView> published) -> {
        mandate = Optional.of(agreed);
        publish();
        published.complete(view);
      }
      case KeptOut(
              BackendId node,
              Optional<NodeView.Status> as,
              CompletableFuture<ClusterView> published) -> {
        as.ifPresentOrElse(status -> keptOut.put(node, status), () -> keptOut.remove(node));
        publish();
        published.complete(view);
      }
      case Detached() -> publish();
      case RolesChanged(
              RoleChange next,
              List<NodeObservation> fresh,
              CompletableFuture<ClusterView> published) -> {
        change = next;
        fresh.forEach(this::keep);
        publish();
        published.complete(view);
      }
    }
  }

  private boolean keep(NodeObservation observation) {
    @Nullable NodeObservation before = last.get(observation.node());
    if (view.node(observation.node()).isEmpty()
        || (before != null && before.atEpochMs() > observation.atEpochMs())) {
      return false;
    }
    last.put(observation.node(), observation);
    return true;
  }

  /// What an operation marks counts more than what is kept out.
  private RoleChange marked() {
    if (keptOut.isEmpty()) {
      return change;
    }
    Map<BackendId, NodeView.Status> marks = new HashMap<>(keptOut);
    marks.putAll(change.marks());
    return new RoleChange(change.operationId(), marks);
  }

  private void publish() {
    Optional<Map<BackendId, String>> out = detached;
    ViewDecision.Decision decision =
        out.isPresent()
            ? ReplicaDecision.next(view, last, out.get(), clock.millis())
            : ViewDecision.next(view, last, marked(), mandate, clock.millis());
    Map<BackendId, Answered> said = new HashMap<>();
    last.forEach((node, observation) -> {
      if (observation.outcome() instanceof Answered answer) {
        said.put(node, answer);
      }
    });
    answers = Map.copyOf(said);
    view = decision.view();
    for (ViewDecision.Change each : decision.changes()) {
      journal.record(
          each.worse() ? LogLevel.WARN : LogLevel.INFO,
          each.node().isPresent() ? "cluster.node" : "cluster.primary",
          "row=%s epoch=%d %s".formatted(each.row(), view.epoch(), each.text()));
    }
    for (Consumer<ClusterView> listener : listeners) {
      try {
        listener.accept(view);
      } catch (RuntimeException e) {
        LOG.error("coordinator.listener epoch={} reason=\"{}\"", view.epoch(), e.toString(), e);
      }
    }
  }
}

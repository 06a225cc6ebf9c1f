package org.relevo.proxy.freshness;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.server.Logins;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnector;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.server.ServerSecurity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks all nodes at once, again and again as fast as somebody needs it ([Pace]), and publishes
/// what follows.
///
/// Owner: its event loop; [#start], [#apply], [#figures] and [#close] are for any thread.
public final class PositionSampler implements AutoCloseable, NodeSampler.Events {
  private static final Logger LOG = LoggerFactory.getLogger(PositionSampler.class);

  private final ClusterViews views;
  private final EventLoop loop;
  private final ToIntFunction<BackendId> busy;
  private final SampleClock clock = new SampleClock(this::wake);
  private final Demand demand = new Demand(this::wake);
  private final ReplayWaits waits = new ReplayWaits();
  private final SampleRate rate = new SampleRate();
  private final Map<BackendId, NodeSampler> samplers = new LinkedHashMap<>();
  private final PositionBook book;
  private final Freshness freshness;
  private final Doors doors;
  private final ClusterViews.Subscription subscription;
  private PositionSettings settings;
  private ClusterView seen;
  private @Nullable ScheduledFuture<?> next;
  private long tickedAtNs = System.nanoTime();
  private long askedBefore;
  private long askedAtNs;
  private boolean closed;

  /// How connections are opened.
  ///
  /// @param connector must fit the loop
  public record Doors(ServerConnector connector, ServerSecurity security, Logins logins) {}

  private PositionSampler(
      ClusterViews views,
      EventLoop loop,
      Doors doors,
      PositionSettings settings,
      ToIntFunction<BackendId> busy) {
    this.views = views;
    this.loop = loop;
    this.doors = doors;
    this.settings = settings;
    this.busy = busy;
    this.seen = views.current();
    this.book = new PositionBook(seen, demand);
    book.shares(settings.shares());
    this.freshness =
        new Freshness(views, clock, this::wait, book.positions(System.nanoTime(), busy));
    this.subscription = views.listen(view -> onLoop(() -> viewChanged(view)));
    onLoop(() -> viewChanged(views.current()));
  }

  /// @param loop that nothing else runs on; the caller ends it after [#close]
  /// @param busy statements that a node runs for this service now; called on the loop
  public static PositionSampler start(
      ClusterViews views,
      EventLoop loop,
      Doors doors,
      PositionSettings settings,
      ToIntFunction<BackendId> busy) {
    return new PositionSampler(views, loop, doors, settings, busy);
  }

  public Freshness freshness() {
    return freshness;
  }

  /// Takes over new settings; connections of another role or database are opened anew.
  public void apply(PositionSettings next) {
    onLoop(() -> {
      boolean otherLogin =
          !next.user().equals(settings.user()) || !next.database().equals(settings.database());
      settings = next;
      book.shares(next.shares());
      for (NodeSampler each : samplers.values()) {
        each.apply(next);
        if (otherLogin) {
          each.rest("its role or database was changed");
        }
      }
      viewChanged(views.current());
    });
  }

  /// What is worth watching; of this moment.
  public SamplerFigures figures() {
    return new SamplerFigures(
        freshness.latest(),
        rate.total(),
        rate.failures(),
        rate.perSecond(System.nanoTime()),
        clock.marks(),
        Math.max(0, clock.marks() - rate.settledMarks()),
        rate.waiting());
  }

  @Override
  public void close() {
    subscription.close();
    onLoop(() -> {
      closed = true;
      cancelTick();
      samplers.values().forEach(NodeSampler::close);
      waits.close(freshness.latest());
    });
  }

  // ------------------------------------------------------------------ the cluster's picture

  private void viewChanged(ClusterView view) {
    if (closed || view.epoch() < seen.epoch()) {
      return; // told late: a newer one was read already
    }
    ClusterView before = seen;
    seen = view;
    book.view(view, clock.begun());
    for (NodeView node : view.nodes()) {
      NodeSampler sampler = samplers.computeIfAbsent(node.id(), this::sampler);
      Status status = node.status();
      if (status == Status.UNUSED || status == Status.DETACHED || !settings.enabled()) {
        sampler.rest("it is not in use");
      } else if (!sampler.begun() || was(before, node) != status) {
        sampler.open();
      }
    }
    publish();
  }

  private static @Nullable Status was(ClusterView before, NodeView node) {
    return before.node(node.id()).map(NodeView::status).orElse(null);
  }

  private NodeSampler sampler(BackendId node) {
    RoleCredentials credentials = new RoleCredentials();
    ServerOpener opener =
        new ServerOpener(
            views,
            doors.connector(),
            doors.security(),
            doors.logins(),
            credentials,
            () -> PositionSettings.OPEN_LIMIT,
            new WriteFence());
    return new NodeSampler(node, loop, opener, credentials, settings, this);
  }

  // ------------------------------------------------------------------ samples

  private void tick() {
    next = null;
    long nowNs = System.nanoTime();
    tickedAtNs = nowNs;
    clock.waken();
    boolean anyReady = false;
    for (NodeSampler each : samplers.values()) {
      each.checkSilence(nowNs);
      anyReady |= each.ready();
    }
    if (anyReady) {
      long marks = clock.marks();
      long number = clock.begin();
      rate.begun(number, marks);
      for (NodeSampler each : samplers.values()) {
        if (each.ready()) {
          each.ask(number, nowNs);
        }
      }
    }
    waits.look(freshness.latest(), nowNs);
    rate.waiting(waits.size());
    schedule(nowNs);
  }

  private void schedule(long nowNs) {
    long asked = clock.asked();
    if (asked != askedBefore) {
      askedBefore = asked;
      askedAtNs = nowNs;
    }
    boolean wanted = demand.recent(nowNs);
    Pace pace =
        Pace.of(
            book.primaryKnown(),
            asked > book.settled(),
            book.caughtUp(asked),
            nowNs - askedAtNs,
            !waits.isEmpty(),
            wanted,
            freshness.takeUsed());
    // Without a primary nobody can be served sooner; its connection wakes the sampler. Writes need
    // not wake it while nobody asks for their bounds.
    if (pace != Pace.URGENT && wanted && book.primaryKnown() && !clock.sleep()) {
      pace = Pace.URGENT;
    }
    tickIn(pace.delayNs(settings.period().toNanos()));
  }

  private void tickIn(long delayNs) {
    cancelTick();
    next = loop.schedule(this::tick, delayNs, TimeUnit.NANOSECONDS);
  }

  private void cancelTick() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }

  /// Somebody asks, from any thread: the next sample begins as soon as the period allows.
  private void wake() {
    onLoop(this::hurry);
  }

  private void hurry() {
    if (!closed) {
      long sinceNs = System.nanoTime() - tickedAtNs;
      tickIn(Math.max(0, settings.period().toNanos() - sinceNs));
    }
  }

  private void wait(
      Predicate<Positions> until, long endNs, Executor executor, Consumer<Positions> done) {
    onLoop(() -> {
      waits.add(until, endNs, executor, done, freshness.latest());
      hurry();
    });
  }

  @Override
  public void opened(NodeSampler sampler, NodeIdentity identity) {
    book.opened(sampler.node(), identity, clock.begun());
    LOG.info(
        "positions.connected node={} version={} timeline={}",
        sampler.node(),
        identity.version(),
        identity.timeline());
    publish();
    hurry();
  }

  @Override
  public void sampled(NodeSampler sampler, Sample sample) {
    PositionBook.Noted noted = book.sampled(sampler.node(), sample, clock.begun());
    rate.ended(book.settled());
    log(noted, sampler.node(), sample);
    publish();
  }

  private static void log(PositionBook.Noted noted, BackendId node, Sample sample) {
    switch (noted) {
      case NOTHING -> {
        // the many
      }
      case ERA_BEGUN ->
          LOG.info(
              "positions.primary node={} timeline={} position={}",
              node,
              sample.timeline(),
              sample.position());
      case ROLE_CHANGED ->
          LOG.info(
              "positions.role-changed node={} timeline={} standby={}",
              node,
              sample.timeline(),
              sample.recovery());
    }
  }

  @Override
  public void lost(NodeSampler sampler, int failures, String why) {
    book.lost(sampler.node(), clock.begun());
    rate.failed();
    if (failures == 1) {
      LOG.warn("positions.lost node={} reason=\"{}\"", sampler.node(), why);
    } else {
      LOG.debug(
          "positions.still-lost node={} failures={} reason=\"{}\"", sampler.node(), failures, why);
    }
    publish();
  }

  private void publish() {
    long nowNs = System.nanoTime();
    Positions now = book.positions(nowNs, busy);
    freshness.publish(now);
    if (!waits.isEmpty()) {
      waits.look(now, nowNs);
    }
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("positions.stopped reason=\"{}\"", e.toString()); // the service is stopping
    }
  }
}

package org.relevo.proxy.session;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.StatementCacheInfo;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementOrder;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.console.Act;
import org.relevo.proxy.console.ConsoleSource;
import org.relevo.proxy.console.DatabaseState;
import org.relevo.proxy.console.DatabaseStats;
import org.relevo.proxy.console.NodeState;
import org.relevo.proxy.console.Picture;
import org.relevo.proxy.console.ServiceFacts;
import org.relevo.proxy.console.StatTotals;
import org.relevo.proxy.console.StatsWindow;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.pool.PoolSettings;

/// What the console shows of the running data plane. Clients and server connections are collected
/// by tasks on their loops; all else is published and read as it is.
///
/// Owner: thread-safe.
final class LiveSource implements ConsoleSource {
  /// Of the averages, as PgBouncer's `stats_period`.
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(60);

  private final SessionHub hub;
  private final ServiceSide service;
  private final TrafficDesk desk;
  private final long startedAtEpochMs = ManagementFactory.getRuntimeMXBean().getStartTime();
  private final StatsWindow window = new StatsWindow(System.nanoTime());
  private long periodEndsNs = System.nanoTime() + PERIOD_NS;

  LiveSource(SessionHub hub, ServiceSide service) {
    this.hub = hub;
    this.service = service;
    this.desk = new TrafficDesk(hub, service);
  }

  /// Called each second by one timer.
  void tick() {
    long now = System.nanoTime();
    if (now - periodEndsNs >= 0) {
      periodEndsNs = now + PERIOD_NS;
      window.tick(now, totals());
    }
    for (LoopShard shard : hub.shards()) {
      shard
          .loop()
          .execute(
              () -> shard.traffic().publish(LoopPicture.statements(shard, hub.opener().servers())));
    }
  }

  @Override
  public CompletionStage<Picture> picture(Set<Picture.Part> parts) {
    return onLoops(hub.shards(), shard -> LoopPicture.of(shard, hub.opener().servers(), parts))
        .thenApply(loops -> assemble(loops, parts));
  }

  private Picture assemble(List<LoopPicture> loops, Set<Picture.Part> parts) {
    List<LoopPicture.Client> clients =
        loops.stream().flatMap(loop -> loop.clients().stream()).toList();
    return new Picture(
        System.currentTimeMillis(),
        parts.contains(Picture.Part.CLIENTS)
            ? clients.stream().map(LoopPicture.Client::info).toList()
            : List.of(),
        // One that has travelled meanwhile may have been met twice.
        loops.stream().flatMap(loop -> loop.servers().stream()).distinct().toList(),
        parts.contains(Picture.Part.POOLS)
            ? PoolRows.pools(clients, hub.pools().snapshots(), usualNode(), hub.policy())
            : List.of(),
        parts.contains(Picture.Part.QUEUE) ? PoolRows.queue(clients) : List.of());
  }

  private @Nullable BackendId usualNode() {
    ClusterView view = hub.views().current();
    return view.primary()
        .or(() -> view.nodes().stream().map(NodeView::id).findFirst())
        .orElse(null);
  }

  /// Runs a task on each loop; fails when a loop is ending.
  static <T> CompletableFuture<List<T>> onLoops(
      List<LoopShard> shards, Function<LoopShard, T> task) {
    List<CompletableFuture<T>> answers = new ArrayList<>();
    for (LoopShard shard : shards) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      answers.add(answer);
      try {
        shard
            .loop()
            .execute(() -> {
              try {
                answer.complete(task.apply(shard));
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
      } catch (RejectedExecutionException e) {
        answer.completeExceptionally(e);
      }
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
  }

  @Override
  public ServiceFacts service() {
    String server =
        hub.views()
            .current()
            .primaryNode()
            .map(NodeView::serverVersion)
            .filter(version -> !version.isEmpty())
            .orElse("18.0");
    return new ServiceFacts(
        service.version(),
        server + " (Relevo " + service.version() + ")",
        startedAtEpochMs,
        hub.rules().allPaused(),
        hub.pools().limits().perUser());
  }

  @Override
  public List<NodeState> nodes() {
    ClusterView view = hub.views().current();
    Optional<Lsn> written = view.primaryNode().flatMap(node -> node.received().or(node::replayed));
    return view.nodes().stream()
        .map(node -> {
          boolean primary = view.primary().filter(node.id()::equals).isPresent();
          ServiceSide.Replication replication = service.replication(node.id());
          return new NodeState(
              node,
              primary,
              service.weight(node.id()),
              primary ? 0 : lag(written, node.replayed()),
              replication.state(),
              replication.sync(),
              service.health(node.id()),
              Optional.of(statements(node.id())));
        })
        .toList();
  }

  /// Of the sessions that are routed.
  private NodeState.Statements statements(BackendId node) {
    return new NodeState.Statements(
        count(node, NodeCounts.Kind.SELECT),
        count(node, NodeCounts.Kind.INSERT),
        count(node, NodeCounts.Kind.UPDATE),
        count(node, NodeCounts.Kind.DELETE),
        count(node, NodeCounts.Kind.DDL),
        count(node, NodeCounts.Kind.OTHER),
        count(node, NodeCounts.Kind.PANIC),
        count(node, NodeCounts.Kind.FATAL),
        count(node, NodeCounts.Kind.ERROR));
  }

  private long count(BackendId node, NodeCounts.Kind kind) {
    return sum(shard -> shard.nodes().of(node, kind));
  }

  private static long lag(Optional<Lsn> written, Optional<Lsn> replayed) {
    return written.isEmpty() || replayed.isEmpty()
        ? -1
        : Math.max(0, written.get().bytesAfter(replayed.get()));
  }

  @Override
  public List<DatabaseState> databases() {
    TrafficRules rules = hub.rules();
    Set<String> names = new TreeSet<>(rules.paused());
    names.addAll(rules.disabled());
    names.addAll(desk.known());
    return names.stream().map(name -> database(name, rules)).toList();
  }

  private DatabaseState database(String name, TrafficRules rules) {
    PoolSettings holds = hub.policy().settings(name, "");
    return new DatabaseState(
        name,
        holds.size(),
        holds.minimum(),
        0,
        holds.life(),
        holds.mode().name().toLowerCase(Locale.ROOT),
        hub.pools().limits().perDatabase(),
        rules.paused(name),
        rules.disabled(name));
  }

  @Override
  public List<DatabaseStats> stats() {
    return window.stats(System.nanoTime(), totals());
  }

  private Map<String, StatTotals> totals() {
    Map<String, StatTotals> sums = new HashMap<>();
    for (LoopShard shard : hub.shards()) {
      shard
          .traffic()
          .all()
          .forEach((name, traffic) -> sums.merge(name, traffic.totals(), StatTotals::plus));
    }
    return sums;
  }

  @Override
  public StatementCacheInfo statementCache() {
    StatTotals all = totals().values().stream().reduce(StatTotals.ZERO, StatTotals::plus);
    return new StatementCacheInfo(
        (int) sum(shard -> shard.traffic().statements().distinct()),
        (int) sum(shard -> shard.traffic().statements().ofClients()),
        (int) sum(shard -> shard.traffic().statements().onServers()),
        all.clientParses(),
        all.serverParses(),
        all.binds(),
        sum(shard -> each(shard, traffic -> traffic.hits.getOpaque())),
        sum(shard -> each(shard, traffic -> traffic.evictions.getOpaque())));
  }

  @Override
  public List<StatementInfo> statements(int most) {
    return hub.statements().top(most, StatementOrder.TOTAL_TIME);
  }

  private long sum(ToLongFunction<LoopShard> figure) {
    return hub.shards().stream().mapToLong(figure).sum();
  }

  private static long each(LoopShard shard, ToLongFunction<DatabaseTraffic> figure) {
    return shard.traffic().all().values().stream().mapToLong(figure).sum();
  }

  @Override
  public List<SettingState> settings() {
    return service.settings();
  }

  @Override
  public CompletionStage<Void> act(Act act, String who) {
    return desk.act(act, who);
  }
}

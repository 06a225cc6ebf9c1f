package org.relevo.proxy.session;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.relevo.proxy.console.Act;
import org.relevo.proxy.console.ConsoleException;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.pool.PoolSlot;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// Does what an administrator wants done to the traffic.
///
/// ```
/// rules change ─→ every loop takes them over ─→ server connections go ─→ done
/// ```
///
/// Independent of [SessionGate]: a transaction begins when neither holds it.
///
/// Owner: thread-safe; rules change under its lock.
final class TrafficDesk {
  /// How often PAUSE and WAIT_CLOSE look whether they are done.
  private static final long LOOK_MS = 25;

  private static final BackendError BY_COMMAND =
      BackendError.fatal(
          SqlState.ADMIN_SHUTDOWN, "terminating connection due to administrator command");

  private final SessionHub hub;
  private final ServiceSide service;

  TrafficDesk(SessionHub hub, ServiceSide service) {
    this.hub = hub;
    this.service = service;
  }

  CompletionStage<Void> act(Act act, String actor) {
    String who = actor.replaceAll("[\\p{Cntrl}\"]", "?");
    return switch (act) {
      case Act.Pause(Optional<String> database) -> pause(database, who);
      case Act.Resume(Optional<String> database) -> resume(database);
      case Act.Reload _ -> service.reload(who);
      case Act.Reconnect(Optional<String> database) ->
          known(database, () -> renew(database, "RECONNECT", who));
      case Act.Kill(Optional<String> database) -> kill(database, who);
      case Act.KillClient(long id) -> killClient(id);
      case Act.Disable(String database) -> change(rules -> rules.disabled(database, true));
      case Act.Enable(String database) -> change(rules -> rules.disabled(database, false));
      case Act.WaitClose(Optional<String> database) -> known(database, () -> waitClose(database));
    };
  }

  /// Databases that have had clients or pools.
  Set<String> known() {
    Set<String> names = new TreeSet<>();
    hub.shards().forEach(shard -> names.addAll(shard.traffic().all().keySet()));
    hub.pools().snapshots().forEach(pool -> names.add(pool.key().database()));
    return names;
  }

  private CompletionStage<Void> known(
      Optional<String> database, Supplier<CompletionStage<Void>> then) {
    if (database.isPresent() && !known().contains(database.get())) {
      return refused("3D000", "database \"" + database.get() + "\" has had no clients");
    }
    return then.get();
  }

  private static CompletionStage<Void> refused(String sqlState, String message) {
    return CompletableFuture.failedFuture(new ConsoleException(sqlState, message));
  }

  private static Predicate<String> of(Optional<String> database) {
    return name -> database.isEmpty() || database.get().equals(name);
  }

  private CompletableFuture<Void> change(UnaryOperator<TrafficRules> by) {
    synchronized (this) {
      hub.rules(by.apply(hub.rules()));
    }
    // A loop takes what holds when its turn comes: the last change wins on every loop.
    return LiveSource.onLoops(
            hub.shards(),
            shard -> {
              shard.apply(hub.rules());
              return true;
            })
        .thenApply(_ -> null);
  }

  private CompletableFuture<Void> hold(Optional<String> database) {
    return change(
        rules -> database.isPresent() ? rules.paused(database.get(), true) : rules.pausedAll());
  }

  private boolean held(Optional<String> database) {
    TrafficRules rules = hub.rules();
    return database.isPresent() ? rules.paused(database.get()) : rules.allPaused();
  }

  private CompletionStage<Void> pause(Optional<String> database, String who) {
    Predicate<String> which = of(database);
    return hold(database)
        .thenCompose(_ -> renew(database, "PAUSE", who))
        .thenCompose(_ ->
            until(() -> {
              if (!held(database)) {
                throw new ConsoleException("57014", "PAUSE was taken back by RESUME");
              }
              return hub.pools().snapshots().stream()
                  .noneMatch(pool -> which.test(pool.key().database()) && pool.open() > 0);
            }));
  }

  private CompletionStage<Void> resume(Optional<String> database) {
    if (database.isEmpty()) {
      return change(TrafficRules::resumedAll);
    }
    TrafficRules rules = hub.rules();
    if (rules.allPaused()) {
      return refused("55000", "all databases are paused; RESUME without a name resumes them");
    }
    if (!rules.paused(database.get())) {
      return refused("55000", "database \"" + database.get() + "\" is not paused");
    }
    return change(now -> now.paused(database.get(), false));
  }

  private CompletionStage<Void> renew(Optional<String> database, String command, String who) {
    Predicate<String> which = of(database);
    hub.pools().renew(key -> which.test(key.database()), command + " by " + who);
    return CompletableFuture.completedFuture(null);
  }

  private CompletionStage<Void> kill(Optional<String> database, String who) {
    Predicate<String> which = of(database);
    return hold(database)
        .thenCompose(_ ->
            LiveSource.onLoops(
                hub.shards(),
                shard -> end(shard, session -> which.test(session.startup().database()))))
        .thenCompose(_ -> renew(database, "KILL", who));
  }

  private CompletionStage<Void> killClient(long id) {
    return LiveSource.onLoops(
            hub.shards(), shard -> end(shard, session -> session.presence().id() == id))
        .thenCompose(ended ->
            ended.stream().anyMatch(count -> count > 0)
                ? CompletableFuture.completedFuture(null)
                : refused("42704", "no client " + id));
  }

  /// @return how many
  private static int end(LoopShard shard, Predicate<Session> which) {
    List<Session> sessions = shard.sessions().stream().filter(which).toList();
    sessions.forEach(session -> session.fail(BY_COMMAND));
    return sessions.size();
  }

  private CompletionStage<Void> waitClose(Optional<String> database) {
    Predicate<String> which = of(database);
    return LiveSource.onLoops(
            hub.shards(),
            shard ->
                hub.opener().servers().on(shard.loop()).stream()
                    .anyMatch(server -> which.test(server.key().database()) && marked(server)))
        .thenCompose(found ->
            found.contains(true)
                ? later().thenCompose(_ -> waitClose(database))
                : CompletableFuture.completedFuture(null));
  }

  private static boolean marked(ServerConnection server) {
    PoolSlot<?> slot = server.slot();
    return slot != null && slot.closeNeeded();
  }

  private CompletableFuture<Void> until(BooleanSupplier done) {
    return done.getAsBoolean()
        ? CompletableFuture.completedFuture(null)
        : later().thenCompose(_ -> until(done));
  }

  private CompletableFuture<Void> later() {
    CompletableFuture<Void> then = new CompletableFuture<>();
    var _ =
        hub.shards()
            .getFirst()
            .loop()
            .schedule(() -> then.complete(null), LOOK_MS, TimeUnit.MILLISECONDS);
    return then;
  }
}

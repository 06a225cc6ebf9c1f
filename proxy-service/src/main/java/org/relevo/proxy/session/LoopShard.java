package org.relevo.proxy.session;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.statistics.StatementStatistics;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.StartupRequest;

/// The sessions of one event loop and this loop's half of the gate.
///
/// Owner: its event loop, apart from the counters and the two published numbers.
public final class LoopShard {
  /// How long a closed gate waits for logins in progress.
  private static final long LOGIN_GRACE_MS = 1000;

  private static final int MAX_SETS = 4096;
  private static final int KEPT_SCRATCH_BYTES = 65_536;
  private static final long TICK_MS = 250;

  private final EventLoop loop;
  private final int number;
  private final StatementCatalog catalog;
  private final Map<VarSet, VarSet> sets = new HashMap<>();
  private final Map<Greeting, VarSet> greetings = new HashMap<>();
  private final AtomicInteger processIds;
  private byte[] scratch = new byte[1024];
  private long nowNs = System.nanoTime();
  private final LoopCounters counters = new LoopCounters();
  private final LoopTraffic traffic = new LoopTraffic();
  private final NodeCounts nodes = new NodeCounts();
  private final StatementStatistics statistics = new StatementStatistics();
  private final StatementCount.Spare spareNotes = new StatementCount.Spare();
  private final Set<Session> sessions = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Session> busy = Collections.newSetFromMap(new IdentityHashMap<>());
  private long schemaVersion;
  private boolean gateClosed;
  private @Nullable Runnable whenSettled;
  private volatile int busyCount;
  private volatile int boundaryCount;

  /// Whose greeting it is.
  private record Greeting(String database, String user, VarSet settings) {}

  /// @param number of this loop
  /// @param loops how many there are
  /// @param processIds of clients that have no server process of their own; shared by all loops
  public LoopShard(EventLoop loop, int number, int loops, AtomicInteger processIds) {
    this.loop = loop;
    this.number = number;
    this.catalog = new StatementCatalog(number, loops);
    this.processIds = processIds;
  }

  /// Begins to look at the times of sessions.
  public void start() {
    var _ = loop.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    nowNs = System.nanoTime();
    for (Session session : sessions()) {
      session.tick(nowNs);
    }
  }

  /// The time of the last tick: good enough for limits of seconds.
  long nowNs() {
    return nowNs;
  }

  StatementCatalog catalog() {
    return catalog;
  }

  /// Bytes to work on until the caller returns.
  byte[] scratch(int length) {
    if (scratch.length < length) {
      byte[] larger = new byte[Integer.highestOneBit(length) * 2];
      if (larger.length > KEPT_SCRATCH_BYTES) {
        return larger;
      }
      scratch = larger;
    }
    return scratch;
  }

  /// One object for equal settings, so that comparing them is comparing references.
  VarSet intern(VarSet set) {
    if (sets.size() >= MAX_SETS) {
      sets.clear();
    }
    VarSet known = sets.putIfAbsent(set, set);
    return known == null ? set : known;
  }

  int nextProcessId() {
    return processIds.incrementAndGet() & Integer.MAX_VALUE;
  }

  /// What a server has reported to a client with the same start-up packet; null when none has yet.
  @Nullable VarSet greeting(StartupRequest.Startup startup, VarSet settings) {
    return greetings.get(new Greeting(startup.database(), startup.user(), settings));
  }

  void learnGreeting(StartupRequest.Startup startup, VarSet settings, VarSet reported) {
    if (greetings.size() >= MAX_SETS) {
      greetings.clear();
    }
    greetings.put(new Greeting(startup.database(), startup.user(), settings), intern(reported));
  }

  /// Servers may have changed: their greetings are asked for anew.
  void forgetGreetings() {
    greetings.clear();
  }

  public EventLoop loop() {
    return loop;
  }

  LoopCounters counters() {
    return counters;
  }

  int number() {
    return number;
  }

  NodeCounts nodes() {
    return nodes;
  }

  StatementStatistics statistics() {
    return statistics;
  }

  StatementCount.Spare spareNotes() {
    return spareNotes;
  }

  LoopTraffic traffic() {
    return traffic;
  }

  /// Makes sessions stop before their next transaction, or go on.
  void apply(TrafficRules rules) {
    assert loop.inEventLoop();
    traffic.apply(rules);
    sessions().forEach(Session::pauseChanged);
  }

  /// A plain field: the only thing that the relay of a message asks about the gate.
  boolean gateClosed() {
    return gateClosed;
  }

  int busyCount() {
    return busyCount;
  }

  int boundaryCount() {
    return boundaryCount;
  }

  List<Session> sessions() {
    assert loop.inEventLoop();
    return new ArrayList<>(sessions);
  }

  void add(Session session) {
    assert loop.inEventLoop();
    sessions.add(session);
    session.presence().traffic().entered();
  }

  void remove(Session session) {
    if (sessions.remove(session)) {
      session.presence().traffic().left();
    }
    settled(session);
  }

  /// Closes this loop's gate.
  ///
  /// @param settledAction called once, when no session of this loop is inside a transaction
  void closeGate(Runnable settledAction) {
    assert loop.inEventLoop();
    gateClosed = true;
    busy.clear();
    for (Session session : sessions) {
      session.gateCloses();
      if (session.busy()) {
        busy.add(session);
      }
    }
    whenSettled = settledAction;
    var _ =
        loop.schedule(
            () -> {
              if (gateClosed) {
                busy.removeIf(Session::greeting);
                checkSettled();
              }
            },
            LOGIN_GRACE_MS,
            TimeUnit.MILLISECONDS);
    checkSettled();
  }

  void openGate() {
    assert loop.inEventLoop();
    if (!gateClosed) {
      return;
    }
    gateClosed = false;
    whenSettled = null;
    busy.clear();
    sessions().forEach(Session::gateOpens);
    publishCounts();
  }

  /// A session has reached a transaction boundary, or has ended.
  void settled(Session session) {
    if (gateClosed && busy.remove(session)) {
      checkSettled();
    }
  }

  private void checkSettled() {
    publishCounts();
    Runnable action = whenSettled;
    if (busy.isEmpty() && action != null) {
      whenSettled = null;
      action.run();
    }
  }

  void publishCounts() {
    int connected = 0;
    int inTransaction = 0;
    for (Session session : sessions) {
      if (session.connected()) {
        connected++;
        inTransaction += session.busy() ? 1 : 0;
      }
    }
    busyCount = inTransaction;
    boundaryCount = connected - inTransaction;
  }

  /// The cluster's picture has changed: clients that wait for a primary may go on.
  public void viewChanged() {
    loop.execute(() -> {
      forgetGreetings();
      sessions().forEach(Session::viewChanged);
    });
  }

  /// When definitions have changed, what is prepared on servers may not fit any more.
  ///
  /// @param version of the definitions now
  void schemaIs(long version) {
    if (version != schemaVersion) {
      schemaVersion = version;
      catalog.clear();
    }
  }

  /// Ends all sessions; for the end of the service.
  public void shutdown() {
    BackendError farewell =
        BackendError.fatal(
            SqlState.ADMIN_SHUTDOWN, "terminating connection because the service is stopping");
    loop.execute(() -> sessions().forEach(session -> session.fail(farewell)));
  }
}

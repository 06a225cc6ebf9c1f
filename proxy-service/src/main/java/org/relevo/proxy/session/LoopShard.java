package org.relevo.proxy.session;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;

/// The sessions of one event loop and this loop's half of the gate.
///
/// Owner: its event loop, apart from the counters and the two published numbers.
public final class LoopShard {
  /// How long a closed gate waits for logins in progress.
  private static final long LOGIN_GRACE_MS = 1000;

  private final EventLoop loop;
  private final LoopCounters counters = new LoopCounters();
  private final Set<Session> sessions = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Session> busy = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean gateClosed;
  private @Nullable Runnable whenSettled;
  private volatile int busyCount;
  private volatile int boundaryCount;

  public LoopShard(EventLoop loop) {
    this.loop = loop;
  }

  EventLoop loop() {
    return loop;
  }

  LoopCounters counters() {
    return counters;
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
  }

  void remove(Session session) {
    sessions.remove(session);
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
                busy.removeIf(Session::loggingIn);
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
    loop.execute(() -> sessions().forEach(Session::retry));
  }

  /// Ends all sessions; for the end of the service.
  public void shutdown() {
    BackendError farewell =
        BackendError.fatal(
            SqlState.ADMIN_SHUTDOWN, "terminating connection because the service is stopping");
    loop.execute(() -> sessions().forEach(session -> session.fail(farewell)));
  }
}

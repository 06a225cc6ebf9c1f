package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.benchmark.script.Command;
import org.relevo.jmx.benchmark.script.Prng;
import org.relevo.jmx.benchmark.script.Scope;
import org.relevo.jmx.benchmark.script.Script;
import org.relevo.jmx.benchmark.script.ScriptException;
import org.relevo.jmx.benchmark.script.Value;
import org.relevo.jmx.benchmark.wire.Protocol;
import org.relevo.jmx.benchmark.wire.Session;
import org.relevo.jmx.benchmark.wire.Wire;

/// One client of a run: a connection of its own, one transaction after the other. A failed
/// transaction, or a connection that could not be had for one, is an error of the run; the client
/// goes on, with a new connection when the old one is lost.
///
/// Owner: its job.
final class LoadClient {
  // Longer than any hold of the proxy's gate; a server that is silent for longer is lost.
  private static final long ANSWER_LIMIT_NANOS = 75_000_000_000L;
  private static final long FIRST_PAUSE_NANOS = 10_000_000;
  private static final long LONGEST_PAUSE_NANOS = 500_000_000;

  private final Work work;
  private final RunFigures figures;
  private final StartAndStop signals;
  private final Prng prng;
  private final Scope scope;
  private final Session session;
  private @Nullable Job job;
  private volatile @Nullable Wire wire;
  private ClientPhase phase = ClientPhase.CONNECTING;
  private @Nullable Script script;
  private int next;
  private boolean pipeline;
  private boolean rollingBack;
  private long began;
  private long scheduled;
  private long wakeAt;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long done;

  LoadClient(int number, Work work, RunFigures figures, StartAndStop signals, long seed) {
    this.work = work;
    this.figures = figures;
    this.signals = signals;
    this.prng = new Prng(seed);
    this.scope = new Scope(work.variables(), prng);
    scope.set("client_id", new Value.Int(number));
    this.session = new Session(work.protocol(), scope);
  }

  void belongTo(Job owner) {
    job = owner;
  }

  @Nullable Wire wire() {
    return wire;
  }

  boolean ended() {
    return phase == ClientPhase.ENDED;
  }

  boolean waitsForServer() {
    return phase == ClientPhase.WAITING;
  }

  /// @return nanoTime at which it wants to be woken; `Long.MAX_VALUE` for never
  long wakeAt() {
    return switch (phase) {
      case THROTTLED, SLEEPING, PAUSED, WAITING -> wakeAt;
      case IDLE, RUNNING, CONNECTING, ENDED -> Long.MAX_VALUE;
    };
  }

  /// Takes a connection and begins.
  void connected(Wire fresh) {
    wire = fresh;
    session.use(fresh);
    phase = ClientPhase.IDLE;
    goOn();
  }

  void notConnected(SQLException e) {
    if (ended()) {
      return; // given up in the meantime
    }
    failed(e.getMessage() + " (SQLSTATE " + e.getSQLState() + ")");
    pause();
  }

  /// Its time has come, or the run is to end.
  void wake(long now) {
    switch (phase) {
      case THROTTLED, PAUSED -> {
        if (signals.stopping()) {
          end();
        } else if (now >= wakeAt) {
          proceed();
        }
      }
      case SLEEPING -> {
        if (now >= wakeAt) {
          phase = ClientPhase.RUNNING;
          goOn();
        }
      }
      case WAITING -> {
        if (now >= wakeAt) {
          lost("no answer within " + ANSWER_LIMIT_NANOS / 1_000_000_000 + " s");
        }
      }
      case IDLE, RUNNING, CONNECTING, ENDED -> {} // these wait for something else than a time
    }
  }

  private void proceed() {
    if (wire == null) {
      phase = ClientPhase.CONNECTING;
      owner().connect(this);
    } else if (phase == ClientPhase.PAUSED) {
      phase = ClientPhase.IDLE;
      goOn();
    } else {
      startTransaction(System.nanoTime());
      goOn();
    }
  }

  /// The socket has something to read, or room to write; asked while it waits for the server only.
  void ready(boolean writable) {
    try {
      if (writable && session.flush()) {
        owner().wantWrite(this, false);
      }
      if (session.receive()) {
        answered();
      }
    } catch (IOException e) {
      // Who ends a connection says why before.
      Session.ServerError last = session.takeError();
      lost("connection lost: " + (last == null ? e.getMessage() : last.message()));
    }
  }

  private void answered() {
    Session.ServerError error = session.takeError();
    if (rollingBack) {
      rollingBack = false;
      if (session.inTransaction()) {
        lost("ROLLBACK failed: " + (error == null ? "still in a transaction" : error.message()));
      } else {
        pause();
      }
      return;
    }
    pipeline = false;
    phase = ClientPhase.RUNNING;
    if (error == null) {
      goOn();
    } else {
      giveUp("ERROR: " + error.message() + " (SQLSTATE " + error.state() + ")");
    }
  }

  /// Goes on until it has to wait for something.
  private void goOn() {
    while (true) {
      if (phase == ClientPhase.IDLE && !choose()) {
        return;
      }
      if (phase != ClientPhase.RUNNING) {
        return;
      }
      try {
        step();
      } catch (ScriptException e) {
        giveUp("script " + chosen().name() + ": " + e.getMessage());
      } catch (IOException e) {
        lost("connection lost: " + e.getMessage());
      }
    }
  }

  /// Chooses the next transaction.
  ///
  /// @return whether there is one
  private boolean choose() {
    if (signals.stopping() || (work.transactions() > 0 && done >= work.transactions())) {
      end();
      return false;
    }
    script = work.draw(prng);
    next = 0;
    long now = System.nanoTime();
    if (work.rate() <= 0) {
      startTransaction(now);
      return true;
    }
    scheduled = owner().nextTurn(now);
    while (work.latencyLimitNanos() > 0 && now - scheduled > work.latencyLimitNanos()) {
      figures.skipped();
      if (work.transactions() > 0 && ++done >= work.transactions()) {
        end();
        return false;
      }
      scheduled = owner().nextTurn(now);
    }
    if (scheduled <= now) {
      startTransaction(now);
      return true;
    }
    wakeAt = scheduled;
    phase = ClientPhase.THROTTLED;
    return true;
  }

  private void startTransaction(long now) {
    began = now;
    phase = ClientPhase.RUNNING;
    if (work.rate() > 0) {
      figures.lagged(now - scheduled);
    }
  }

  private void step() throws IOException {
    if (next >= chosen().commands().size()) {
      finish();
      return;
    }
    switch (chosen().commands().get(next++)) {
      case Command.Sql sql -> {
        if (pipeline && sql.keep() != Command.Keep.NOTHING) {
          throw new ScriptException("\\gset and \\aset are not possible in a pipeline");
        }
        session.statement(sql);
        if (!pipeline) {
          session.sync();
          send();
        }
      }
      case Command.SetVariable set -> scope.set(set.name(), set.expression().value(scope));
      case Command.Unless unless -> {
        if (!unless.condition().value(scope).truth()) {
          next = unless.target();
        }
      }
      case Command.Jump jump -> next = jump.target();
      case Command.Sleep sleep -> {
        wakeAt = System.nanoTime() + sleep.nanos(scope);
        phase = ClientPhase.SLEEPING;
      }
      case Command.StartPipeline _ -> {
        if (work.protocol() == Protocol.SIMPLE) {
          throw new ScriptException("a pipeline needs the protocol extended or prepared");
        }
        pipeline = true;
      }
      case Command.SyncPipeline _ -> {
        inPipeline("\\syncpipeline");
        session.sync();
      }
      case Command.EndPipeline _ -> {
        inPipeline("\\endpipeline");
        session.sync();
        send();
      }
    }
  }

  private void inPipeline(String command) {
    if (!pipeline) {
      throw new ScriptException(command + " without \\startpipeline");
    }
  }

  private void send() throws IOException {
    phase = ClientPhase.WAITING;
    wakeAt = System.nanoTime() + ANSWER_LIMIT_NANOS;
    if (!session.flush()) {
      owner().wantWrite(this, true);
    }
  }

  private void finish() {
    if (pipeline) {
      throw new ScriptException("the script ends within a pipeline");
    }
    long now = System.nanoTime();
    long from = work.rate() > 0 ? scheduled : began;
    figures.committed(from, now);
    if (work.latencyLimitNanos() > 0 && now - from > work.latencyLimitNanos()) {
      figures.late();
    }
    done++;
    pauseNanos = FIRST_PAUSE_NANOS;
    phase = ClientPhase.IDLE;
  }

  /// The transaction failed; the connection is as it was.
  private void giveUp(String text) {
    failed(text);
    if (pipeline) {
      // Statements are in the buffer whose answers nobody asked for: begin anew.
      drop();
      pause();
    } else if (session.inTransaction()) {
      rollingBack = true;
      session.query("ROLLBACK");
      try {
        send();
      } catch (IOException e) {
        figures.note(text + "; then ROLLBACK: " + e.getMessage());
        drop();
        pause();
      }
    } else {
      pause();
    }
  }

  private void lost(String text) {
    boolean counted = rollingBack;
    rollingBack = false;
    if (counted) {
      figures.note(text);
    } else {
      failed(text);
    }
    drop();
    pause();
  }

  private void failed(String text) {
    figures.failed(text);
    done++;
  }

  private void drop() {
    pipeline = false;
    abort();
    wire = null;
  }

  private void pause() {
    wakeAt = System.nanoTime() + pauseNanos;
    pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
    phase = ClientPhase.PAUSED;
  }

  private void end() {
    phase = ClientPhase.ENDED;
    if (wire != null) {
      session.terminate();
    }
    drop();
    signals.ended();
  }

  /// Ends without any further word.
  void giveUpAll() {
    if (phase != ClientPhase.ENDED) {
      end();
    }
  }

  /// Gives up a transaction that does not end by itself.
  void cutOff() {
    if (phase != ClientPhase.ENDED) {
      lost("the transaction did not end when the run did");
    }
  }

  /// Ends the connection, also one whose transaction does not end by itself; any thread.
  void abort() {
    Wire now = wire;
    if (now != null) {
      try {
        now.abort();
      } catch (SQLException e) {
        figures.note("cannot abort a connection: " + e.getMessage());
      }
    }
  }

  private Script chosen() {
    return java.util.Objects.requireNonNull(script);
  }

  private Job owner() {
    return java.util.Objects.requireNonNull(job);
  }
}

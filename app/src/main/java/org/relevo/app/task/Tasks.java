package org.relevo.app.task;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs blocking work on named virtual threads and brings the answer to the FX thread. Each piece
/// of work has a deadline; when it passes, the thread is interrupted, its late answer is dropped
/// and the failure is a [TimeoutException].
///
/// Owner: any thread may call; callbacks arrive through the given FX executor.
public final class Tasks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

  private final Executor fx;
  private final Timers timers;
  private final Worker worker;
  private volatile boolean closed;

  /// Work runs on virtual threads.
  ///
  /// @param fx `Platform::runLater`
  public Tasks(Executor fx, Timers timers) {
    this(fx, timers, Tasks::onVirtualThread);
  }

  /// @param worker where work runs; a test may run it at once
  public Tasks(Executor fx, Timers timers, Worker worker) {
    this.fx = fx;
    this.timers = timers;
    this.worker = worker;
  }

  /// Starts blocking work.
  @FunctionalInterface
  public interface Worker {
    /// @return interrupts it
    Timers.Cancel start(String name, Runnable work);
  }

  /// @param what names the work in the thread's name and in the failure
  /// @return drops the answer and interrupts the work
  public <T> Timers.Cancel run(
      String what,
      Duration deadline,
      Callable<T> work,
      Consumer<T> onFx,
      Consumer<Throwable> onFailureFx) {
    AtomicBoolean decided = new AtomicBoolean();
    AtomicReference<Timers.Cancel> running = new AtomicReference<>(() -> {});
    Timers.Cancel alarm =
        timers.after(
            deadline,
            () -> {
              if (decided.compareAndSet(false, true)) {
                running.get().cancel();
                TimeoutException late =
                    new TimeoutException(
                        what + ": no answer within " + deadline.toMillis() + " ms");
                toFx(() -> onFailureFx.accept(late));
              }
            });
    running.set(
        worker.start("app-" + what, () -> attempt(work, decided, alarm, onFx, onFailureFx)));
    return () -> {
      if (decided.compareAndSet(false, true)) {
        alarm.cancel();
        running.get().cancel();
      }
    };
  }

  /// Calls at once and then again and again on the FX thread, never two at a time.
  ///
  /// @return ends it
  public Timers.Cancel every(Duration period, Runnable onFx) {
    Ticker ticker = new Ticker(period, onFx);
    toFx(ticker);
    return ticker;
  }

  /// Calls once on the FX thread.
  public Timers.Cancel after(Duration delay, Runnable onFx) {
    return timers.after(delay, () -> toFx(onFx));
  }

  /// Brings a call to the FX thread.
  public void toFx(Runnable call) {
    if (!closed) {
      fx.execute(call);
    }
  }

  /// No callback arrives after this.
  @Override
  public void close() {
    closed = true;
    timers.close();
  }

  private static Timers.Cancel onVirtualThread(String name, Runnable work) {
    Thread thread = Thread.ofVirtual().name(name).start(work);
    return thread::interrupt;
  }

  // Everything thrown by the work belongs to whoever asked for it.
  private <T> void attempt(
      Callable<T> work,
      AtomicBoolean decided,
      Timers.Cancel alarm,
      Consumer<T> onFx,
      Consumer<Throwable> onFailureFx) {
    Runnable answer;
    try {
      T result = work.call();
      answer = () -> onFx.accept(result);
    } catch (Throwable failure) {
      answer = () -> onFailureFx.accept(failure);
    }
    if (decided.compareAndSet(false, true)) {
      alarm.cancel();
      toFx(answer);
    } else {
      LOG.debug("task.late thread={}", Thread.currentThread().getName());
    }
  }

  private final class Ticker implements Runnable, Timers.Cancel {
    private final Duration period;
    private final Runnable call;
    private volatile boolean cancelled;

    Ticker(Duration period, Runnable call) {
      this.period = period;
      this.call = call;
    }

    @Override
    public void run() {
      if (cancelled || closed) {
        return;
      }
      try {
        call.run();
      } finally {
        timers.after(period, () -> toFx(this));
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}

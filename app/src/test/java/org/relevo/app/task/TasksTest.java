package org.relevo.app.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.relevo.app.testkit.ManualTimers;
import org.relevo.app.testkit.TestClock;

class TasksTest {
  private final ManualTimers timers = new ManualTimers(new TestClock());
  private final BlockingQueue<Runnable> fx = new LinkedBlockingQueue<>();
  private final Tasks tasks = new Tasks(fx::add, timers);

  private void runOneOnFx() throws InterruptedException {
    Runnable next = fx.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a call for the FX thread").isNotNull();
    next.run();
  }

  @Test
  void anAnswerArrivesThroughTheFxExecutorOnly() throws Exception {
    List<String> seen = new ArrayList<>();
    tasks.run("work", Duration.ofSeconds(1), () -> "done", seen::add, _ -> seen.add("failed"));
    runOneOnFx();
    assertThat(seen).containsExactly("done");
    assertThat(timers.pending()).isZero();
  }

  @Test
  void workThatHangsIsInterruptedAndReportedAtItsDeadline() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    List<Throwable> failures = new ArrayList<>();
    tasks.run(
        "hang",
        Duration.ofSeconds(2),
        () -> {
          started.countDown();
          try {
            return new CountDownLatch(1).await(1, TimeUnit.HOURS);
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
        },
        _ -> {},
        failures::add);
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    timers.advance(Duration.ofSeconds(2));
    runOneOnFx();
    assertThat(failures).singleElement().isInstanceOf(TimeoutException.class);
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(fx).isEmpty();
  }

  @Test
  void aTickerStopsWhenItIsCancelled() throws Exception {
    List<Integer> ticks = new ArrayList<>();
    Timers.Cancel ticker = tasks.every(Duration.ofSeconds(1), () -> ticks.add(1));
    runOneOnFx();
    timers.advance(Duration.ofSeconds(1));
    runOneOnFx();
    ticker.cancel();
    timers.advance(Duration.ofSeconds(5));
    while (!fx.isEmpty()) {
      runOneOnFx();
    }
    assertThat(ticks).hasSize(2);
  }

  @Test
  void nothingArrivesAfterClose() {
    List<String> seen = new ArrayList<>();
    Tasks atOnce =
        new Tasks(
            Runnable::run,
            timers,
            (_, work) -> {
              work.run();
              return () -> {};
            });
    atOnce.close();
    atOnce.run("late", Duration.ofSeconds(1), () -> "x", seen::add, _ -> seen.add("failed"));
    assertThat(seen).isEmpty();
  }
}

package org.relevo.proxy.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.testkit.Await;

@Timeout(60)
class ScheduleTest {
  private static final Clock NOW = Clock.systemUTC();

  @TempDir private Path folder;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<Schedule.Entry> begun = new CopyOnWriteArrayList<>();

  private Schedule schedule(Clock clock) throws IOException {
    return new Schedule(folder, clock, (_, name, text) -> told.add(name + " " + text));
  }

  private static Schedule.Entry in(Duration time) {
    return new Schedule.Entry(NOW.millis() + time.toMillis(), 1, "ana", "a\nnight");
  }

  @Test
  void whatIsAskedForBeginsAtItsTimeAndOnce() throws Exception {
    try (Schedule schedule = schedule(NOW)) {
      schedule.start(begun::add);
      Schedule.Entry soon = in(Duration.ofMillis(700));
      schedule.set(soon);
      assertThat(schedule.entry()).contains(soon);
      Await.until("it begins", () -> !begun.isEmpty());
      assertThat(begun).containsExactly(soon);
      assertThat(NOW.millis()).isGreaterThanOrEqualTo(soon.atEpochMs());
      assertThat(schedule.entry()).isEmpty();
      assertThat(told).anyMatch(line -> line.startsWith("switchover.due to=1 "));
    }
  }

  @Test
  void aRestartKeepsIt() throws Exception {
    try (Schedule before = schedule(NOW)) {
      before.set(in(Duration.ofHours(1)));
    }
    try (Schedule after = schedule(NOW)) {
      assertThat(after.entry().orElseThrow().reason()).isEqualTo("a night");
      after.cancel();
      assertThatThrownBy(after::cancel).hasMessageContaining("nothing is scheduled");
    }
    try (Schedule after = schedule(NOW)) {
      assertThat(after.entry()).isEmpty();
    }
  }

  @Test
  void oneThatNobodyWasThereForIsDropped() throws Exception {
    try (Schedule before = schedule(NOW)) {
      before.set(in(Duration.ofMinutes(5)));
    }
    try (Schedule late = schedule(Clock.offset(NOW, Duration.ofHours(3)))) {
      late.start(begun::add);
      Await.until(
          "it is told", () -> told.stream().anyMatch(t -> t.startsWith("switchover.missed")));
      assertThat(begun).isEmpty();
      assertThat(late.entry()).isEmpty();
    }
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    try (Schedule schedule = schedule(NOW)) {
      assertThatThrownBy(() -> schedule.set(in(Duration.ofSeconds(-5))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is over");
    }
    Files.writeString(folder.resolve("scheduled-switchover"), "soon\n");
    assertThatThrownBy(() -> schedule(NOW)).hasMessageContaining("delete it");
  }
}

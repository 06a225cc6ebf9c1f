package org.relevo.app.view.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;

class LogStreamTest {
  private static LogEntry.Line line(String source, long sequence, long atMs) {
    return new LogEntry.Line(
        new LogLine(source, sequence, atMs, LogLevel.INFO, source + " " + sequence));
  }

  @Test
  void aSlowSourcesLinesFindTheirPlace() {
    LogStream stream = new LogStream();
    stream.add(List.of(line("a", 1, 10), line("a", 2, 20), line("a", 3, 30)));
    stream.add(List.of(line("b", 1, 15), line("b", 2, 40)));
    assertThat(stream.entries())
        .extracting(entry -> entry.sourceId() + entry.sequence())
        .containsExactly("a1", "b1", "a2", "a3", "b2");
  }

  @Test
  void theOldestMakeRoom() {
    LogStream stream = new LogStream(3);
    stream.add(List.of(line("a", 1, 10), line("a", 2, 20)));
    stream.add(List.of(line("a", 3, 30), line("a", 4, 40), line("a", 5, 50)));
    assertThat(stream.entries()).extracting(LogEntry::sequence).containsExactly(3L, 4L, 5L);
  }

  @Test
  void anyOrderOfBatchesGivesOneOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    LogStream stream = new LogStream();
    List<LogEntry> all = new ArrayList<>();
    long[] time = new long[4];
    for (int round = 0; round < 200; round++) {
      int source = random.nextInt(4);
      List<LogEntry> batch = new ArrayList<>();
      for (int i = 0; i < random.nextInt(20); i++) {
        time[source] += random.nextInt(5);
        batch.add(line("s" + source, all.size() + batch.size(), time[source]));
      }
      all.addAll(batch);
      stream.add(batch);
    }
    assertThat(stream.entries())
        .as("seed %d", seed)
        .isSortedAccordingTo(LogEntry.ORDER)
        .containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void theFilterKeepsGapsOfShownSources() {
    LogFilter filter = new LogFilter(LogLevel.WARN, "DISK", Set.of("b"));
    assertThat(filter.test(new LogEntry.Gap("a", 1, 1))).isTrue();
    assertThat(filter.test(new LogEntry.Gap("b", 1, 1))).isFalse();
    assertThat(filter.test(of(LogLevel.ERROR, "disk full"))).isTrue();
    assertThat(filter.test(of(LogLevel.WARN, "Disk slow"))).isTrue();
    assertThat(filter.test(of(LogLevel.INFO, "disk found"))).isFalse();
    assertThat(filter.test(of(LogLevel.UNKNOWN, "disk"))).isFalse();
    assertThat(filter.test(of(LogLevel.FATAL, "memory"))).isFalse();
    LogFilter all = new LogFilter(LogLevel.UNKNOWN, "", Set.of());
    assertThat(all.test(of(LogLevel.UNKNOWN, "x"))).isTrue();
    assertThat(all.test(of(LogLevel.DEBUG, "x"))).isTrue();
  }

  private static LogEntry.Line of(LogLevel level, String text) {
    return new LogEntry.Line(new LogLine("a", 1, 1, level, text));
  }
}

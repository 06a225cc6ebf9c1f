package org.relevo.app.view.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import org.relevo.jmx.contract.LogsMXBean;

class LogReaderTest {
  /// One file of many lines, the oldest of which may be gone. Owner: the test.
  private static final class FakeLogs implements LogsMXBean {
    private final List<LogLine> lines = new ArrayList<>();
    private int gone;
    private String broken = "";
    private int calls;

    private void write(int count) {
      for (int i = 0; i < count; i++) {
        long sequence = lines.size();
        lines.add(new LogLine("a", sequence, 1000 + sequence, LogLevel.INFO, "line " + sequence));
      }
    }

    @Override
    public List<LogSource> getSources() {
      return List.of(
          new LogSource("a", "relevo", -1, "a.log", 1), new LogSource("b", "x", 0, "", 0));
    }

    @Override
    public LogPage tail(String sourceId, String cursor, int maxLines) {
      calls++;
      if (sourceId.equals(broken)) {
        throw new IllegalStateException("cannot read " + sourceId);
      }
      if (sourceId.equals("b")) {
        return new LogPage(List.of(), "0", false);
      }
      int wanted =
          cursor.isEmpty() ? Math.max(gone, lines.size() - maxLines) : Integer.parseInt(cursor);
      int from = Math.max(gone, wanted);
      int to = Math.min(lines.size(), from + maxLines);
      return new LogPage(
          lines.subList(from, to), Integer.toString(to), !cursor.isEmpty() && wanted < gone);
    }
  }

  private final FakeLogs logs = new FakeLogs();

  private LogReader.Round read(Map<String, String> cursors, String... hidden) {
    return LogReader.read(logs, new LogReader.Wanted(cursors, List.of(hidden), 9_999));
  }

  @Test
  void theFirstRoundReadsTheNewestLinesOnly() {
    logs.write(5000);
    LogReader.Round round = read(Map.of());
    assertThat(round.entries()).hasSize(LogReader.FIRST_LINES);
    assertThat(round.entries().getLast().sequence()).isEqualTo(4999);
    assertThat(round.cursors()).containsEntry("a", "5000");
  }

  @Test
  void aBurstIsReadOverSeveralPagesAndRounds() {
    logs.write(10);
    LogReader.Round first = read(Map.of());
    logs.write(6500);
    LogReader.Round second = read(first.cursors());
    assertThat(second.entries()).hasSize(LogReader.MAX_LINES);
    LogReader.Round third = read(second.cursors());
    assertThat(third.entries()).hasSize(2500);
    assertThat(third.entries().getFirst().sequence()).isEqualTo(4010);
  }

  @Test
  void linesThatAreGoneLeaveAGapDirectlyBeforeTheFirstThatIsLeft() {
    logs.write(100);
    LogReader.Round first = read(Map.of());
    logs.write(100);
    logs.gone = 150;
    List<LogEntry> entries = read(first.cursors()).entries();
    assertThat(entries.getFirst()).isInstanceOf(LogEntry.Gap.class);
    assertThat(entries).isSortedAccordingTo(LogEntry.ORDER).hasSize(51);
  }

  @Test
  void oneUnreadableSourceDoesNotHideTheOthers() {
    logs.write(3);
    logs.broken = "b";
    LogReader.Round round = read(Map.of());
    assertThat(round.entries()).hasSize(3);
    assertThat(round.problems()).containsExactly(Map.entry("b", "cannot read b"));
    assertThat(round.cursors()).containsOnlyKeys("a");
  }

  @Test
  void aHiddenSourceIsNotAskedFor() {
    logs.write(3);
    LogReader.Round round = read(Map.of(), "a");
    assertThat(round.entries()).isEmpty();
    assertThat(logs.calls).isEqualTo(1);
  }
}

package org.relevo.jmx.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private static final long T0 = 1_700_000_040_000L; // begins a minute
  private static final int[] BOTH = {0, 1};
  private static final List<String> COLUMNS = List.of("a", "b");
  private static final int SLOT = 8 + 2 * 4 + 4;

  @TempDir Path folder;

  @Test
  void secondsAndMeansComeBackAfterARestart() throws IOException {
    try (History history = open(T0)) {
      for (int i = 0; i < 65; i++) {
        history.add(T0 + i * 1000L, new double[] {i, i % 2 == 0 ? -1 : 4});
      }
    }
    try (History history = open(T0 + 65_000)) {
      List<History.Row> seconds = history.rows(0, BOTH, T0, T0 + 100_000, 5000);
      assertThat(seconds).hasSize(65);
      assertThat(seconds.get(7).atEpochMs()).isEqualTo(T0 + 7000);
      assertThat(seconds.get(7).values()).containsExactly(7.0, 4.0);
      List<History.Row> tens = history.rows(1, BOTH, T0, T0 + 100_000, 5000);
      assertThat(tens).hasSize(7);
      // What is not known does not count in the mean.
      assertThat(tens.getFirst().values()).containsExactly(4.5, 4.0);
      assertThat(tens.getLast().values()).containsExactly(62.0, 4.0);
      // The minute in progress goes on where it was.
      for (int i = 65; i < 121; i++) {
        history.add(T0 + i * 1000L, new double[] {i, 4});
      }
      List<History.Row> minutes = history.rows(2, new int[] {0}, T0, T0 + 200_000, 5000);
      assertThat(minutes).hasSize(3);
      assertThat(minutes.get(1).atEpochMs()).isEqualTo(T0 + 60_000);
      assertThat(minutes.get(1).values()).containsExactly(89.5);
    }
  }

  @Test
  void filesDoNotGrowBeyondTheirCapacity() throws IOException {
    try (History history = open(T0)) {
      for (int i = 0; i < 8000; i++) {
        history.add(T0 + i * 1000L, new double[] {i, 1});
      }
      List<History.Row> seconds = history.rows(0, BOTH, 0, T0 + 7_999_000, 5000);
      assertThat(seconds).hasSize(3600);
      assertThat(seconds.getLast().values().getFirst()).isEqualTo(7999);
      assertThat(history.rows(0, BOTH, 0, T0 + 7_999_000, 10)).hasSize(10);
    }
    assertThat(Files.size(folder.resolve("s.1s"))).isEqualTo(16_384 + 3600 * SLOT);
  }

  @Test
  void aGapStaysAGapAndOldTurnsAreNotShown() throws IOException {
    try (History history = open(T0)) {
      history.add(T0, new double[] {1, 1});
      history.add(T0 + 3_600_000, new double[] {2, 2});
      List<History.Row> rows = history.rows(0, BOTH, T0 - 10_000, T0 + 3_600_000, 5000);
      assertThat(rows).singleElement().extracting(History.Row::values).isEqualTo(List.of(2.0, 2.0));
    }
  }

  @Test
  void aDamagedRowIsPassedOver() throws IOException {
    try (History history = open(T0)) {
      history.add(T0, new double[] {1, 1});
      history.add(T0 + 1000, new double[] {2, 2});
    }
    long place = Math.floorMod(T0 / 1000, 3600L);
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("s.1s").toFile(), "rw")) {
      file.seek(16_384 + place * SLOT + 9);
      file.write(77);
    }
    try (History history = open(T0 + 2000)) {
      assertThat(history.rows(0, BOTH, T0, T0 + 2000, 100))
          .singleElement()
          .extracting(History.Row::atEpochMs)
          .isEqualTo(T0 + 1000);
    }
  }

  @Test
  void newColumnsKeepTheOldOnesPast() throws IOException {
    try (History history = open(T0)) {
      history.add(T0, new double[] {1, 2});
    }
    try (History history = new History(folder, "s", List.of("new", "b", "a"), T0 + 1000)) {
      assertThat(history.rows(0, new int[] {0, 1, 2}, T0, T0 + 1000, 100))
          .singleElement()
          .extracting(History.Row::values)
          .isEqualTo(List.of(-1.0, 2.0, 1.0));
    }
  }

  @Test
  void aFileThatIsNoHistoryIsPutAside() throws IOException {
    Files.writeString(folder.resolve("s.10s"), "something else");
    try (History history = open(T0)) {
      history.add(T0, new double[] {1, 2});
    }
    assertThat(Files.readString(folder.resolve("s.10s.bad"))).isEqualTo("something else");
  }

  private History open(long now) throws IOException {
    return new History(folder, "s", COLUMNS, now);
  }
}

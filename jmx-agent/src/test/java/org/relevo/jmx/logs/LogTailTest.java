package org.relevo.jmx.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;

class LogTailTest {
  private static final String STAMP = "2026-01-01T10:00:00.123Z INFO  ";

  @TempDir Path folder;
  private Path file;
  private LogTail tail;

  @BeforeEach
  void register() {
    file = folder.resolve("relevo.log");
    tail = new LogTail();
    tail.register(TailedLog.file("relevo", "relevo", -1, file));
    tail.register(TailedLog.newestOf("postgres-0", "postgres", 0, folder, "postgresql-*.log"));
  }

  @Test
  void newestLinesComeFirstAndThenOnlyNewOnes() throws IOException {
    write(1, 100);
    LogPage page = tail.tail("relevo", "", 3);
    assertThat(numbers(page)).containsExactly(98, 99, 100);
    assertThat(page.gap()).isFalse();
    assertThat(page.lines().getLast().level()).isEqualTo(LogLevel.INFO);
    assertThat(page.lines().getLast().atEpochMs()).isEqualTo(1767261600123L);
    assertThat(next(page).lines()).isEmpty();
    write(101, 105);
    LogPage more = next(page, 2);
    assertThat(numbers(more)).containsExactly(101, 102);
    assertThat(numbers(next(more))).containsExactly(103, 104, 105);
    assertThat(more.lines().getFirst().sequence()).isGreaterThan(page.lines().getLast().sequence());
  }

  @Test
  void aRotatedFileIsReadToItsEndFirst() throws IOException {
    write(1, 10);
    LogPage page = tail.tail("relevo", "", 100);
    write(11, 12);
    Files.move(file, folder.resolve("relevo.log.1"));
    write(13, 14);
    LogPage more = next(page);
    assertThat(numbers(more)).containsExactly(11, 12, 13, 14);
    assertThat(more.gap()).isFalse();
    assertThat(more.lines()).isSortedAccordingTo(Comparator.comparingLong(LogLine::sequence));
  }

  @Test
  void severalRotationsInBetweenLoseNothing() throws IOException {
    write(1, 3);
    LogPage page = tail.tail("relevo", "", 100);
    for (int day = 1; day <= 3; day++) {
      write(day * 10, day * 10 + 2);
      Files.move(file, folder.resolve("relevo-2026-01-0" + day + ".0.log"));
    }
    assertThat(numbers(next(page))).containsExactly(10, 11, 12, 20, 21, 22, 30, 31, 32);
    write(40, 40);
    LogPage small = next(page, 5);
    assertThat(numbers(small)).containsExactly(10, 11, 12, 20, 21);
    assertThat(numbers(next(small))).containsExactly(22, 30, 31, 32, 40);
    assertThat(numbers(tail.tail("relevo", "", 5))).containsExactly(22, 30, 31, 32, 40);
  }

  @Test
  void anotherLogBesideIsNoRotatedPart() throws IOException {
    Files.writeString(folder.resolve("relevo-audit.log"), STAMP + "line 77\n");
    Files.writeString(folder.resolve("relevo.log.1.gz"), STAMP + "line 78\n");
    write(1, 1);
    assertThat(numbers(tail.tail("relevo", "", 10))).containsExactly(1);
  }

  @Test
  void aVanishedFileIsAGap() throws IOException {
    write(1, 10);
    LogPage page = tail.tail("relevo", "", 100);
    Files.move(file, folder.resolve("taken away"));
    assertThat(next(page).gap()).isFalse();
    assertThat(next(page).cursor()).isEqualTo(page.cursor());
    write(11, 12);
    LogPage more = next(page);
    assertThat(more.gap()).isTrue();
    assertThat(numbers(more)).containsExactly(11, 12);
    assertThat(next(more).gap()).isFalse();
  }

  @Test
  void truncationIsAGapEvenWhenTheFileHasGrownBeyond() throws IOException {
    write(1, 3);
    LogPage page = tail.tail("relevo", "", 100);
    truncate();
    write(50, 60);
    LogPage more = next(page);
    assertThat(more.gap()).isTrue();
    assertThat(numbers(more))
        .containsExactlyElementsOf(IntStream.rangeClosed(50, 60).boxed().toList());
    truncate();
    assertThat(next(more).gap()).isTrue();
  }

  @Test
  void aCopyMadeBeforeTruncationIsReadToItsEnd() throws IOException {
    write(1, 3);
    LogPage page = tail.tail("relevo", "", 100);
    write(4, 5);
    Files.copy(file, folder.resolve("relevo.log.1"), StandardCopyOption.COPY_ATTRIBUTES);
    truncate();
    write(6, 7);
    LogPage more = next(page);
    assertThat(numbers(more)).containsExactly(4, 5, 6, 7);
    assertThat(more.gap()).isFalse();
  }

  @Test
  void stackTracesAndPostgresAdditionsBelongToTheirEntry() throws IOException {
    append(
        """
        2026-01-01T10:00:00.123Z ERROR pool.failed
        java.io.IOException: no
        \tat org.relevo.X.y(X.java:1)
        Caused by: java.lang.Error
        2026-01-01T10:00:01.000Z INFO  after
        """);
    Path postgres = folder.resolve("postgresql-1.log");
    Files.writeString(
        postgres,
        """
        2026-01-01 10:00:00.123 UTC [77] ERROR:  duplicate key
        2026-01-01 10:00:00.123 UTC [77] DETAIL:  Key exists.
        2026-01-01 10:00:00.123 UTC [77] STATEMENT:  INSERT
        \tINTO t
        2026-01-01 10:00:01.000 UTC [78] LOG:  next
        """);
    List<LogLine> own = tail.tail("relevo", "", 10).lines();
    assertThat(own).hasSize(2);
    assertThat(own.getFirst().text()).endsWith("Caused by: java.lang.Error");
    List<LogLine> server = tail.tail("postgres-0", "", 10).lines();
    assertThat(server).hasSize(2);
    assertThat(server.getFirst().level()).isEqualTo(LogLevel.ERROR);
    assertThat(server.getFirst().text()).contains("DETAIL").endsWith("\tINTO t");
    assertThat(tail.tail("postgres-0", "", 1).lines())
        .extracting(LogLine::level)
        .containsExactly(LogLevel.INFO);
  }

  @Test
  void aRestThatComesLaterKeepsTheLevelAndTime() throws IOException {
    append("2026-01-01T10:00:00.123Z ERROR pool.failed\n");
    LogPage page = tail.tail("relevo", "", 10);
    append("java.io.IOException: no\n");
    LogLine rest = next(page).lines().getFirst();
    assertThat(rest.level()).isEqualTo(LogLevel.ERROR);
    assertThat(rest.atEpochMs()).isEqualTo(1767261600123L);
  }

  @Test
  void aLineThatIsBeingWrittenComesWhenItIsComplete() throws IOException {
    append(STAMP + "line 1\n" + STAMP + "li");
    LogPage page = tail.tail("relevo", "", 10);
    assertThat(numbers(page)).containsExactly(1);
    assertThat(next(page).lines()).isEmpty();
    append("ne 2\n");
    assertThat(numbers(next(page))).containsExactly(2);
    append(STAMP + "line 3");
    Files.move(file, folder.resolve("relevo.log.1"));
    write(4, 4);
    assertThat(numbers(next(page))).containsExactly(2, 3, 4);
  }

  @Test
  void aLongLineIsCutWithAMark() throws IOException {
    append(STAMP + "x".repeat(100_000) + "\n" + STAMP + "line 2\n");
    List<LogLine> lines = tail.tail("relevo", "", 10).lines();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().text())
        .hasSizeLessThan(LineReader.MAX_LINE_BYTES + 50)
        .endsWith("x… [cut, 100031 bytes]");
    append("at frame\n".repeat(20_000));
    assertThat(tail.tail("relevo", "", 1).lines().getFirst().text())
        .hasSizeLessThan(EntryBuilder.MAX_ENTRY_CHARS + 50)
        .contains(" more lines]");
  }

  @Test
  void aLineLongerThanAPageIsPassedInSteps() throws IOException {
    append(STAMP + "line 1\n");
    LogPage page = tail.tail("relevo", "", 10);
    append(STAMP);
    for (int megabyte = 0; megabyte < 9; megabyte++) {
      append("y".repeat(1 << 20));
    }
    append("\n" + STAMP + "line 3\n");
    List<String> texts = new ArrayList<>();
    for (int call = 0; call < 6; call++) {
      page = next(page);
      page.lines().forEach(line -> texts.add(line.text()));
    }
    assertThat(texts).hasSize(2);
    assertThat(texts.getFirst()).contains("[cut, " + PageReader.MAX_BYTES);
    assertThat(texts.getLast()).endsWith("line 3");
  }

  @Test
  @Timeout(20)
  void aHugeFileCostsNoMoreThanItsEnd() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(50L << 30);
    }
    append("\n" + STAMP + "line 9\n");
    assertThat(numbers(tail.tail("relevo", "", 2000))).containsExactly(9);
    assertThat(tail.getSources().getFirst().sizeBytes()).isGreaterThan(50L << 30);
  }

  @Test
  void invalidUtf8IsReplaced() throws IOException {
    Files.write(file, new byte[] {'a', (byte) 0xFF, 'b', '\r', '\n'});
    LogLine line = tail.tail("relevo", "", 1).lines().getFirst();
    assertThat(line.text()).isEqualTo("a\uFFFDb");
    assertThat(line.level()).isEqualTo(LogLevel.UNKNOWN);
  }

  @Test
  void onlyRegisteredLogsAreReadAndLinksAreNotFollowed() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret\n");
    Files.createSymbolicLink(folder.resolve("postgresql-9.log"), secret);
    assertThat(tail.tail("postgres-0", "", 10).lines()).isEmpty();
    assertThatThrownBy(() -> tail.tail(secret.toString(), "", 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("relevo, postgres-0");
    assertThatThrownBy(() -> tail.tail("relevo", "", 0)).hasMessageContaining("1 to 2000");
  }

  @Test
  void aForeignCursorIsAGapAndGivesTheNewestLines() throws IOException {
    write(1, 3);
    for (String cursor :
        List.of(
            "x", "1:2:3:3:5:0:0:NONE:1", "1:1:-5:0:0:0:0:INFO:0", "1:1:5:900000000:0:0:0:INFO:0")) {
      LogPage page = tail.tail("relevo", cursor, 2);
      assertThat(page.gap()).isTrue();
      assertThat(numbers(page)).containsExactly(2, 3);
    }
  }

  @Test
  void sourcesNameTheirNewestFile() throws IOException {
    Path first = Files.writeString(folder.resolve("postgresql-1.log"), "LOG:  one\n");
    Path second = Files.writeString(folder.resolve("postgresql-2.log"), "LOG:  three\n");
    Files.setLastModifiedTime(
        first,
        FileTime.fromMillis(
            Files.getLastModifiedTime(second).toMillis() - Duration.ofMinutes(1).toMillis()));
    assertThat(tail.getSources())
        .containsExactly(
            new LogSource("relevo", "relevo", -1, file.toString(), 0),
            new LogSource("postgres-0", "postgres", 0, second.toString(), 12));
    assertThat(tail.tail("postgres-0", "", 10).lines())
        .extracting(LogLine::text)
        .containsExactly("LOG:  one", "LOG:  three");
  }

  @Test
  void aReaderThatFollowsAWriterWithRotationsSeesEachLineOnce() throws IOException {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    append(STAMP + "line 0\n");
    LogPage page = tail.tail("relevo", "", 100);
    List<Integer> seen = new ArrayList<>(numbers(page));
    int written = 0;
    for (int step = 0; step < 400; step++) {
      int lines = random.nextInt(6);
      write(written + 1, written + lines);
      written += lines;
      if (random.nextInt(20) == 0 && Files.exists(file)) {
        Files.move(file, folder.resolve("relevo.log." + step));
      }
      if (random.nextInt(3) == 0) {
        page = next(page, 1 + random.nextInt(8));
        assertThat(page.gap()).as("seed %d", seed).isFalse();
        seen.addAll(numbers(page));
      }
    }
    write(++written, written);
    for (page = next(page); !page.lines().isEmpty(); page = next(page)) {
      seen.addAll(numbers(page));
    }
    assertThat(seen)
        .as("seed %d", seed)
        .containsExactlyElementsOf(IntStream.rangeClosed(0, written).boxed().toList());
  }

  private LogPage next(LogPage page) {
    return next(page, 100);
  }

  private LogPage next(LogPage page, int maxLines) {
    return tail.tail("relevo", page.cursor(), maxLines);
  }

  private void write(int from, int to) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int number = from; number <= to; number++) {
      text.append(STAMP).append("line ").append(number).append('\n');
    }
    append(text.toString());
  }

  private void append(String text) throws IOException {
    Files.write(
        file,
        text.getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private void truncate() throws IOException {
    Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static List<Integer> numbers(LogPage page) {
    return page.lines().stream()
        .map(line -> Integer.parseInt(line.text().substring(line.text().lastIndexOf(' ') + 1)))
        .toList();
  }
}

package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunFiguresTest {
  private static final long MS = 1_000_000;

  @Test
  void theLongestOverlappingGapIsFoundAndTheRunningOneCounts() {
    CommitGaps gaps = new CommitGaps();
    gaps.committed(10 * MS);
    gaps.committed(100 * MS); // 90 ms
    gaps.committed(110 * MS);
    gaps.committed(160 * MS); // 50 ms
    assertThat(gaps.longestNanos(0, 9 * MS, 165 * MS)).isZero();
    assertThat(gaps.longestNanos(50 * MS, 60 * MS, 165 * MS)).isEqualTo(90 * MS);
    assertThat(gaps.longestNanos(105 * MS, 300 * MS, 165 * MS)).isEqualTo(50 * MS);
    assertThat(gaps.longestNanos(170 * MS, 300 * MS, 1160 * MS)).isEqualTo(1000 * MS);
    assertThat(gaps.longestNanos(165 * MS)).isEqualTo(90 * MS);
    assertThat(gaps.longestNanos(1160 * MS)).isEqualTo(1000 * MS);
  }

  @Test
  void aFullListForgetsTheShortGapsOnly() {
    CommitGaps gaps = new CommitGaps();
    long now = 0;
    gaps.committed(now += 5000 * MS);
    for (int i = 0; i < 20_000; i++) {
      gaps.committed(now += 30 * MS);
    }
    assertThat(gaps.kept()).isLessThan(4097);
    assertThat(gaps.longestNanos(0, 10, now)).isEqualTo(5000 * MS);
  }

  @Test
  void commitsThatArriveOutOfOrderMakeNoGap() {
    CommitGaps gaps = new CommitGaps();
    gaps.committed(30 * MS);
    gaps.committed(5 * MS);
    gaps.committed(45 * MS);
    assertThat(gaps.longestNanos(31 * MS, 60 * MS, 46 * MS)).isZero();
  }

  @Test
  void errorsAreCountedByTimeAndNeverLost() {
    ErrorTimes times = new ErrorTimes();
    for (int ms = 0; ms < ErrorTimes.CAPACITY; ms++) {
      times.add(ms);
    }
    assertThat(times.between(100, 199)).isEqualTo(100);
    for (int ms = ErrorTimes.CAPACITY; ms < 50_000; ms++) {
      times.add(ms);
    }
    assertThat(times.between(0, 60_000)).isEqualTo(50_000);
    assertThat(times.between(40_000, 40_799)).isEqualTo(800);
    assertThat(times.between(60_000, 70_000)).isZero();
  }

  @Test
  void theWholeTimeMayBeAskedFor() {
    RunFigures figures = new RunFigures();
    figures.failed("first line\n  second line");
    figures.committed(System.nanoTime(), System.nanoTime());
    assertThat(figures.errorsBetween(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(1);
    assertThat(figures.longestGapMs(Long.MIN_VALUE, Long.MAX_VALUE)).isLessThan(1000);
    assertThat(figures.lastError()).isEqualTo("first line | second line");
  }
}

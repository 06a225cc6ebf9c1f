package org.relevo.jmx.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleRingTest {
  private record Sample(long sequence) {}

  private final SampleRing<Sample> ring = new SampleRing<>(3, Sample::sequence);

  @Test
  void anEmptyRingHasNothingAndStartsAtOne() {
    assertThat(ring.since(0)).isEmpty();
    assertThat(ring.last()).isEmpty();
    assertThat(ring.nextSequence()).isEqualTo(1);
  }

  @Test
  void sinceGivesOnlyLaterSamplesOldestFirst() {
    append(1, 2, 3);
    assertThat(ring.since(0)).containsExactly(new Sample(1), new Sample(2), new Sample(3));
    assertThat(ring.since(2)).containsExactly(new Sample(3));
    assertThat(ring.since(3)).isEmpty();
    assertThat(ring.since(99)).isEmpty();
    assertThat(ring.since(-5)).hasSize(3);
  }

  @Test
  void aFullRingForgetsTheOldest() {
    append(1, 2, 3, 4, 5);
    assertThat(ring.since(0)).containsExactly(new Sample(3), new Sample(4), new Sample(5));
    assertThat(ring.last()).contains(new Sample(5));
    assertThat(ring.nextSequence()).isEqualTo(6);
  }

  @Test
  void gapsInSequencesAreKept() {
    append(1, 10, 20, 30);
    assertThat(ring.since(10)).containsExactly(new Sample(20), new Sample(30));
    assertThat(ring.since(15)).containsExactly(new Sample(20), new Sample(30));
  }

  @Test
  void aSequenceThatDoesNotGrowIsRefused() {
    append(5);
    assertThatThrownBy(() -> append(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence 5 does not follow 5");
  }

  @Test
  void capacityMustBePositive() {
    assertThatThrownBy(() -> new SampleRing<>(0, Sample::sequence))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReaderBesideAnAppenderSeesEachSampleOnceAndInOrder() throws Exception {
    SampleRing<Sample> large = new SampleRing<>(20_000, Sample::sequence);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> appender =
          threads.submit(
              () -> LongStream.rangeClosed(1, 20_000).forEach(i -> large.append(new Sample(i))));
      long expected = 1;
      while (expected <= 20_000) {
        for (Sample sample : large.since(expected - 1)) {
          assertThat(sample.sequence()).isEqualTo(expected++);
        }
        if (appender.isDone()) {
          appender.get();
        }
      }
    }
    assertThat(large.since(19_999)).isEqualTo(List.of(new Sample(20_000)));
  }

  private void append(long... sequences) {
    for (long sequence : sequences) {
      ring.append(new Sample(sequence));
    }
  }
}

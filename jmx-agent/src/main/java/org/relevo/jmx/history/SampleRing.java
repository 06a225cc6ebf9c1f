package org.relevo.jmx.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// The newest samples of one series. Sequences start at 1 and only grow, so a reader that asks for
/// `since(lastSeen)` gets each sample once and sees by the first sequence whether it missed some.
///
/// Owner: itself; every method may be called by any thread.
///
/// @param <T> an immutable sample that carries its sequence
public final class SampleRing<T> {
  private final int capacity;
  private final ToLongFunction<T> sequenceOf;
  // A circle over a list that grows up to the capacity once: index of the oldest is `start`.
  private final List<T> samples;
  private int start;
  private long lastSequence;

  /// @param capacity samples kept, at least 1
  /// @param sequenceOf reads a sample's own sequence
  public SampleRing(int capacity, ToLongFunction<T> sequenceOf) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
    this.capacity = capacity;
    this.sequenceOf = sequenceOf;
    this.samples = new ArrayList<>(Math.min(capacity, 1024));
  }

  /// @return the sequence for the next sample; with several appenders, hold a lock of your own from
  ///   here to [#append]
  public synchronized long nextSequence() {
    return lastSequence + 1;
  }

  /// @throws IllegalArgumentException when the sequence does not grow
  public synchronized void append(T sample) {
    long sequence = sequenceOf.applyAsLong(sample);
    if (sequence <= lastSequence) {
      throw new IllegalArgumentException(
          "sequence " + sequence + " does not follow " + lastSequence);
    }
    lastSequence = sequence;
    if (samples.size() < capacity) {
      samples.add(sample);
    } else {
      samples.set(start, sample);
      start = (start + 1) % capacity;
    }
  }

  /// @return samples with a greater sequence, oldest first; all that are kept for 0
  public synchronized List<T> since(long sequence) {
    int size = samples.size();
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sequenceOf.applyAsLong(at(middle)) > sequence) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    List<T> found = new ArrayList<>(size - low);
    for (int i = low; i < size; i++) {
      found.add(at(i));
    }
    return List.copyOf(found);
  }

  /// @return the newest sample
  public synchronized Optional<T> last() {
    return samples.isEmpty() ? Optional.empty() : Optional.of(at(samples.size() - 1));
  }

  private T at(int index) {
    return samples.get((start + index) % samples.size());
  }
}

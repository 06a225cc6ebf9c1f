package org.relevo.app.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;
import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;

/// The newest samples of one kind, oldest first, bounded. Listen to the revision, then read.
///
/// Owner: FX thread.
public final class History<T> {
  private final int capacity;
  private final ToLongFunction<T> sequenceOf;
  private final Deque<T> samples = new ArrayDeque<>();
  private final ReadOnlyLongWrapper revision = new ReadOnlyLongWrapper();
  private long lastSequence;

  public History(int capacity, ToLongFunction<T> sequenceOf) {
    this.capacity = capacity;
    this.sequenceOf = sequenceOf;
  }

  /// Grows whenever the content changes.
  public ReadOnlyLongProperty revisionProperty() {
    return revision.getReadOnlyProperty();
  }

  /// A copy, oldest first.
  public List<T> samples() {
    return List.copyOf(samples);
  }

  public boolean isEmpty() {
    return samples.isEmpty();
  }

  /// 0 before the first sample: what to give to `samplesSince`.
  public long lastSequence() {
    return lastSequence;
  }

  /// Adds what is newer than the last one; what is already known is left out.
  public void add(List<T> newer) {
    boolean changed = false;
    for (T sample : newer) {
      long sequence = sequenceOf.applyAsLong(sample);
      if (sequence <= lastSequence) {
        continue;
      }
      lastSequence = sequence;
      samples.addLast(sample);
      if (samples.size() > capacity) {
        samples.removeFirst();
      }
      changed = true;
    }
    if (changed) {
      revision.set(revision.get() + 1);
    }
  }

  /// Another service, or the same one started anew: its sequences start again.
  public void clear() {
    samples.clear();
    lastSequence = 0;
    revision.set(revision.get() + 1);
  }
}

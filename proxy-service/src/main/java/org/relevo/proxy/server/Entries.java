package org.relevo.proxy.server;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A queue of marks, each with a note or none, that can be looked at in any place. Grows as needed,
/// allocates nothing before the first entry.
///
/// Owner: that of the [Outstanding] it belongs to.
final class Entries {
  private static final byte[] NONE = {};
  private static final @Nullable Object[] NO_NOTES = {};

  private byte[] ring = NONE;
  private @Nullable Object[] notes = NO_NOTES;
  private int head;
  private int size;

  int size() {
    return size;
  }

  /// The first mark, 0 for none.
  byte first() {
    return size == 0 ? 0 : ring[head];
  }

  /// The last mark, 0 for none.
  byte last() {
    return size == 0 ? 0 : at(size - 1);
  }

  byte at(int position) {
    return ring[index(position)];
  }

  @Nullable Object noteAt(int position) {
    return size == 0 ? null : notes[index(position)];
  }

  @Nullable Object takeNote(int position) {
    int at = index(position);
    Object note = notes[at];
    notes[at] = null;
    return note;
  }

  void add(byte mark, @Nullable Object note) {
    if (size == ring.length) {
      grow();
    }
    int at = index(size);
    ring[at] = mark;
    notes[at] = note;
    size++;
  }

  void removeFirst() {
    notes[head] = null;
    head = (head + 1) & (ring.length - 1);
    size--;
  }

  void move(int from, int to) {
    if (from != to) {
      ring[index(to)] = ring[index(from)];
      notes[index(to)] = notes[index(from)];
    }
  }

  /// Keeps so many from the first.
  void cut(int kept) {
    for (int i = kept; i < size; i++) {
      notes[index(i)] = null;
    }
    size = kept;
  }

  byte[] marks() {
    byte[] marks = new byte[size];
    for (int i = 0; i < size; i++) {
      marks[i] = at(i);
    }
    return marks;
  }

  private int index(int position) {
    return (head + position) & (ring.length - 1);
  }

  private void grow() {
    int capacity = Math.max(16, ring.length * 2);
    byte[] marks = new byte[capacity];
    @Nullable Object[] kept = Arrays.copyOf(NO_NOTES, capacity);
    for (int i = 0; i < size; i++) {
      marks[i] = at(i);
      kept[i] = notes[index(i)];
    }
    ring = marks;
    notes = kept;
    head = 0;
  }
}

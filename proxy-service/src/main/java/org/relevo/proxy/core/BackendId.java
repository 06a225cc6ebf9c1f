package org.relevo.proxy.core;

/// A configured PostgreSQL server: the N of `backend_hostnameN`.
public record BackendId(int value) implements Comparable<BackendId> {
  public static final int MAX = 127;

  public BackendId {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("backend id must be 0 to " + MAX + ": " + value);
    }
  }

  @Override
  public int compareTo(BackendId other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "node" + value;
  }
}

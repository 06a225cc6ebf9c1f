package org.relevo.jmx.benchmark.script;

/// PostgreSQL's generator of random numbers (xoroshiro128**), so that seeded functions give what
/// pgbench's give.
///
/// Owner: one client.
public final class Prng {
  private long s0;
  private long s1;

  public Prng(long seed) {
    long first = seed + 0x9E3779B97F4A7C15L;
    s0 = mix(first);
    s1 = mix(first + 0x9E3779B97F4A7C15L);
  }

  private static long mix(long state) {
    long value = state;
    value = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    value = (value ^ (value >>> 27)) * 0x94D049BB133111EBL;
    return value ^ (value >>> 31);
  }

  public long next() {
    long old = s0;
    long x = s1 ^ old;
    long value = Long.rotateLeft(old * 5, 7) * 9;
    s0 = Long.rotateLeft(old, 24) ^ x ^ (x << 16);
    s1 = Long.rotateLeft(x, 37);
    return value;
  }

  /// @return 0 to `range`, both with, as unsigned numbers
  long offset(long range) {
    if (range == 0) {
      return 0;
    }
    int shift = Long.numberOfLeadingZeros(range);
    long value;
    do {
      value = next() >>> shift;
    } while (Long.compareUnsigned(value, range) > 0);
    return value;
  }

  /// @return from 0 on, below 1
  public double real() {
    return (next() >>> 12) * 0x1p-52;
  }
}

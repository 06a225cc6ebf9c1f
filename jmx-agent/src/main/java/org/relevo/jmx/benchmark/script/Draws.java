package org.relevo.jmx.benchmark.script;

/// pgbench's distributions, hashes and permutation.
final class Draws {
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long FNV_BASIS = 0xcbf29ce484222325L;
  private static final long MURMUR = 0xc6a4a7935bd1e995L;
  private static final long MURMUR_8 = 0x35253c9ade8f4ca8L;
  private static final int PERMUTE_ROUNDS = 6;

  private Draws() {}

  static long uniform(Prng prng, long low, long high) {
    return low + prng.offset(high - low);
  }

  static long exponential(Prng prng, long low, long high, double parameter) {
    double cut = Math.exp(-parameter);
    double uniform = 1 - prng.real();
    double share = -Math.log(cut + (1 - cut) * uniform) / parameter;
    return within(low, high, share);
  }

  static long gaussian(Prng prng, long low, long high, double parameter) {
    double deviation;
    do {
      double radius = Math.sqrt(-2 * Math.log(1 - prng.real()));
      deviation = radius * Math.sin(2 * Math.PI * prng.real());
    } while (deviation < -parameter || deviation >= parameter);
    return within(low, high, (deviation + parameter) / (parameter * 2));
  }

  private static long within(long low, long high, double share) {
    return low + (long) ((high - low + 1) * share);
  }

  /// Rejection after Devroye, "Non-Uniform Random Variate Generation", page 551.
  static long zipfian(Prng prng, long low, long high, double s) {
    long count = high - low + 1;
    if (count <= 1) {
      return low;
    }
    double b = Math.pow(2, s - 1);
    while (true) {
      double u = prng.real();
      double v = prng.real();
      double x = Math.floor(Math.pow(u, -1 / (s - 1)));
      double t = Math.pow(1 + 1 / x, s - 1);
      if (v * x * (t - 1) / (b - 1) <= t / b && x <= count) {
        return low - 1 + (long) x;
      }
    }
  }

  /// Time to the next event of a Poisson process, in units of the mean.
  static double poisson(Prng prng) {
    return -Math.log(1 - prng.real());
  }

  static long fnv1a(long value, long seed) {
    long result = FNV_BASIS ^ seed;
    for (int i = 0; i < Long.BYTES; i++) {
      result = (result ^ ((value >>> (8 * i)) & 0xff)) * FNV_PRIME;
    }
    return result;
  }

  static long murmur2(long value, long seed) {
    long key = value * MURMUR;
    key = (key ^ (key >>> 47)) * MURMUR;
    long result = ((seed ^ MURMUR_8) ^ key) * MURMUR;
    result = (result ^ (result >>> 47)) * MURMUR;
    return result ^ (result >>> 47);
  }

  static long permute(long value, long size, long seed) {
    if (size < 2) {
      return 0;
    }
    Prng prng = new Prng(seed);
    long now = Long.remainderUnsigned(value, size);
    int bits = 63 - Long.numberOfLeadingZeros(size);
    long mask = (1L << bits) - 1;
    for (int round = 0; round < PERMUTE_ROUNDS; round++) {
      now = half(prng, now, bits, mask);
      now = size - 1 - half(prng, size - 1 - now, bits, mask);
      now = Long.remainderUnsigned(now + prng.offset(size - 1), size);
    }
    return now;
  }

  /// Multiplies by an odd number, flips and turns what is in the lower half.
  private static long half(Prng prng, long value, int bits, long mask) {
    long odd = (prng.next() & mask) | 1;
    long flip = prng.next() & mask;
    if (value > mask) {
      return value;
    }
    long mixed = ((value * odd) ^ flip) & mask;
    return ((mixed << 1) & mask) | (mixed >>> (bits - 1));
  }
}

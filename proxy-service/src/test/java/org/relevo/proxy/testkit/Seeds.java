package org.relevo.proxy.testkit;

/// Where random tests get their numbers from.
public final class Seeds {
  private static final String SEED = "relevo.seed";

  private Seeds() {}

  /// `-Drelevo.seed=N`, or another one each time.
  public static long first() {
    return Long.getLong(SEED, System.nanoTime() & 0xFFFF_FFFFL);
  }

  /// Whether one given seed is to be tried alone.
  public static boolean given() {
    return Long.getLong(SEED) != null;
  }
}

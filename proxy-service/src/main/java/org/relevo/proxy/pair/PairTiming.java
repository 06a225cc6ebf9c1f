package org.relevo.proxy.pair;

/// Times of the pair, milliseconds.
///
/// @param warn silence of the other after which people are told
/// @param dead silence after which it is taken for lost, if the log has no majority either
/// @param initDead silence after the start after which people are told that the other is waited for
/// @param fenceDelay how much longer than the holder the other one waits before it fences
/// @param fenceAgain between two tries
public record PairTiming(int warn, int dead, int initDead, int fenceDelay, int fenceAgain) {
  static long ns(long ms) {
    return ms * 1_000_000;
  }
}

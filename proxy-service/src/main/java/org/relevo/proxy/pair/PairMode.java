package org.relevo.proxy.pair;

/// What a machine of the pair does at present.
enum PairMode {
  /// After the start: nothing is done before the other was heard, or is proven to be off.
  WAITING,
  /// Both vote; each needs the other.
  PAIRED,
  /// The other is silent on every path and the log has no majority: fences, or waits for a person.
  LOST,
  /// Sole voter.
  ALONE,
  /// Has thrown its part of the log away and is let in again by the other.
  JOINING,
  /// Both claim to be the sole voter: a person must say which counts.
  SPLIT,
  /// Decided alone, and the other counts: the process must be started again.
  RETIRED
}

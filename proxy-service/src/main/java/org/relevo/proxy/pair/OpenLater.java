package org.relevo.proxy.pair;

/// A log that could not be opened and is to be tried again, as long as it is to be open at all.
///
/// Owner: the thread that performs the effects.
final class OpenLater {
  private static final long AGAIN_NS = 1_000_000_000;

  private boolean waits;
  private long againNs;

  void failed(long nowNs) {
    waits = true;
    againNs = nowNs + AGAIN_NS;
  }

  /// To be called before each effect: what was to be open before one of these is not any more.
  void before(PairEffect effect) {
    switch (effect) {
      case PairEffect.Open _, PairEffect.Shut _, PairEffect.Narrow _, PairEffect.Discard _ ->
          waits = false;
      case PairEffect.Keep _,
          PairEffect.Contest _,
          PairEffect.Fence _,
          PairEffect.Answer _,
          PairEffect.Note _ -> {}
    }
  }

  /// Whether it is to be tried now; at most once for each failure.
  boolean due(PairMode mode, long nowNs) {
    switch (mode) {
      case WAITING, SPLIT, RETIRED -> waits = false;
      case PAIRED, LOST, ALONE, JOINING -> {}
    }
    if (!waits || nowNs - againNs < 0) {
      return false;
    }
    waits = false;
    return true;
  }
}

package org.relevo.proxy.freshness;

import java.util.concurrent.TimeUnit;

/// Whether anybody who has written reads, too. Writes alone need no bound: then they are not
/// sampled as fast as they come, which would cost a few per cent of what passes.
///
/// Owner: [#note] is for any thread and costs two volatile reads as a rule; [#recent] is the
/// sampler's, on its loop.
final class Demand {
  /// How long one read counts.
  static final long KEPT_NS = TimeUnit.SECONDS.toNanos(1);

  private final Runnable wake;
  private volatile boolean noted;
  private volatile boolean drowsy;
  private boolean ever;
  private long lastNs;

  /// @param wake called by any thread when the first one asks after a time in which nobody did;
  ///   must hand over to the sampler and not block
  Demand(Runnable wake) {
    this.wake = wake;
  }

  /// Somebody asks for the bound of a write.
  void note() {
    if (!noted) {
      noted = true;
    }
    if (drowsy) {
      drowsy = false;
      wake.run();
    }
  }

  /// Whether somebody asked lately; if not, the next one wakes the sampler.
  boolean recent(long nowNs) {
    if (take(nowNs) || (ever && nowNs - lastNs < KEPT_NS)) {
      return true;
    }
    drowsy = true;
    if (!take(nowNs)) {
      return false;
    }
    drowsy = false; // it was in between
    return true;
  }

  private boolean take(long nowNs) {
    if (!noted) {
      return false;
    }
    noted = false;
    ever = true;
    lastNs = nowNs;
    return true;
  }
}

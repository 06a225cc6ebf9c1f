package org.relevo.proxy.session;

/// What has been sent since everything was answered: enough to say what may have become of it.
///
/// Owner: event loop of the session.
final class Underway {
  private int plans;
  private boolean known = true;
  private boolean wrote;
  private boolean begins;
  private boolean ends;

  /// @param wroteBefore whether the transaction that is open has written
  /// @param first whether everything before was answered
  void sent(RoutePlan plan, boolean wroteBefore, boolean first) {
    next(first);
    wrote |= wroteBefore;
    known &= plan.complete && !plan.blind;
    wrote |= plan.wrote || !plan.complete;
    begins |= plan.begins || plan.opaque;
    ends |= plan.ends || plan.opaque || plan.blind;
  }

  /// Something that was not looked at.
  void sentUnseen(boolean first) {
    next(first);
    known = false;
    wrote = true;
    begins = true;
    ends = true;
  }

  private void next(boolean first) {
    if (first) {
      plans = 0;
      known = true;
      wrote = false;
      begins = false;
      ends = false;
    }
    plans++;
  }

  boolean wrote() {
    return wrote;
  }

  boolean begins() {
    return begins;
  }

  boolean ends() {
    return ends;
  }

  /// Whether it is one query string or batch, of which all is known.
  boolean single() {
    return plans == 1 && known;
  }
}

package org.relevo.proxy.pair;

/// At most one question to the fence agent whose answer counts. Owner: [PairLogic].
final class Fencing {
  private long request;
  private boolean open;
  private long nextNs;

  Fencing(long nowNs) {
    this.nextNs = nowNs;
  }

  /// What was asked up to now was about another situation: its answer proves nothing any more.
  void forget(long nextNs) {
    open = false;
    this.nextNs = nextNs;
  }

  boolean due(long nowNs) {
    return !open && nowNs - nextNs >= 0;
  }

  /// @return number of the request
  long ask() {
    open = true;
    return ++request;
  }

  /// Whether an answer is the one that is waited for; asks again not before a moment.
  boolean answers(long answered, long againNs) {
    if (!open || answered != request) {
      return false;
    }
    forget(againNs);
    return true;
  }

  /// The request whose answer is waited for, 0 for none.
  long asked() {
    return open ? request : 0;
  }
}

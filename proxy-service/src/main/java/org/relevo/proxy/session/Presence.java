package org.relevo.proxy.session;

/// What is told of a client: its number, its times and its share in its database's counters.
///
/// Owner: event loop of the session.
final class Presence {
  private final long id;
  private final DatabaseTraffic traffic;
  private final long sinceEpochMs = System.currentTimeMillis();

  // System.nanoTime, 0 for none.
  private long queryNs;
  private long transactionNs;
  private long awaitingNs;
  private boolean asked;

  /// @param id unique since start
  Presence(long id, DatabaseTraffic traffic) {
    this.id = id;
    this.traffic = traffic;
  }

  long id() {
    return id;
  }

  DatabaseTraffic traffic() {
    return traffic;
  }

  long sinceEpochMs() {
    return sinceEpochMs;
  }

  /// Whether anything has come since the login.
  boolean asked() {
    return asked;
  }

  /// When it began to wait outside of any queue, 0 when it does not.
  long awaitingNs() {
    return awaitingNs;
  }

  void awaits(boolean now) {
    awaitingNs = now ? System.nanoTime() | 1 : 0;
  }

  void received(int bytes) {
    asked = true;
    LoopCounters.add(traffic.received, bytes);
  }

  void sent(int bytes) {
    LoopCounters.add(traffic.sent, bytes);
  }

  /// A server connection was given; the wait for it is told by [#waited].
  void assigned() {
    LoopCounters.add(traffic.assignments, 1);
  }

  void waited(long ns) {
    LoopCounters.add(traffic.waitNs, ns);
  }

  /// A message goes to a server.
  void begins() {
    if (queryNs == 0) {
      queryNs = System.nanoTime() | 1;
      if (transactionNs == 0) {
        transactionNs = queryNs;
      }
    }
  }

  /// ReadyForQuery has come.
  ///
  /// @param more whether the server has something to do already that was sent behind
  void ready(byte status, boolean more) {
    long now = System.nanoTime() | 1;
    long next = more ? now : 0;
    LoopCounters.add(traffic.queries, 1);
    if (queryNs != 0) {
      LoopCounters.add(traffic.queryNs, now - queryNs);
      queryNs = next;
    }
    if (status == 'I') {
      LoopCounters.add(traffic.transactions, 1);
      if (transactionNs != 0) {
        LoopCounters.add(traffic.transactionNs, now - transactionNs);
        transactionNs = next;
      }
    }
  }
}

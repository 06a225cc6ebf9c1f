package org.relevo.proxy.session;

import java.util.concurrent.atomic.AtomicLong;

/// What one event loop has seen. One writer, so that adding is a plain read and an ordered write.
///
/// Owner: the event loop; anybody may read.
final class LoopCounters {
  final AtomicLong accepted = new AtomicLong();
  final AtomicLong refused = new AtomicLong();
  final AtomicLong transactions = new AtomicLong();
  final AtomicLong bytesFromClients = new AtomicLong();
  final AtomicLong bytesToClients = new AtomicLong();
  final AtomicLong cancelRequests = new AtomicLong();
  final AtomicLong clients = new AtomicLong();
  final AtomicLong waiting = new AtomicLong();

  static void add(AtomicLong counter, long amount) {
    counter.setRelease(counter.getPlain() + amount);
  }
}

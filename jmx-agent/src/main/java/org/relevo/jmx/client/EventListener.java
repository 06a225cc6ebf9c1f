package org.relevo.jmx.client;

import org.relevo.jmx.contract.EventRecord;

/// Hears the cluster's events on a virtual thread, one at a time, in order.
public interface EventListener {
  /// Each event once, sequences growing by one but for announced gaps.
  void event(EventRecord event);

  /// Events between these sequences, both included, are gone on the service.
  void gap(long fromSequence, long toSequence);

  /// The subscription ended by itself; nothing more comes.
  void ended(JmxException why);
}

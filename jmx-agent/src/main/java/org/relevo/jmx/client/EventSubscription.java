package org.relevo.jmx.client;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.management.NotificationListener;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.ObjectNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers events without loss. A notification only wakes it; the events are then read by
/// sequence, so lost, late or doubled notifications do no harm. It also looks every few seconds by
/// itself.
///
/// Owner: its own virtual thread; `close` may come from any thread.
public final class EventSubscription implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventSubscription.class);
  private static final long LOOK_EVERY_MS = 5_000;
  private static final int FULL_PAGE = 1000;

  private final JmxConnection connection;
  private final EventListener listener;
  private final Semaphore wake = new Semaphore(1);
  private volatile boolean closed;
  private long lastSequence;

  private EventSubscription(JmxConnection connection, long sequence, EventListener listener) {
    this.connection = connection;
    this.lastSequence = sequence;
    this.listener = listener;
  }

  static EventSubscription start(JmxConnection connection, long sequence, EventListener listener) {
    EventSubscription subscription = new EventSubscription(connection, sequence, listener);
    Thread.ofVirtual().name("jmx-events").start(subscription::run);
    return subscription;
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
  }

  private void run() {
    NotificationListener waker = (_, _) -> wake.release();
    try {
      connection.call(
          "following events",
          JmxConnection.DEFAULT_CALL_LIMIT,
          remote -> {
            remote.addNotificationListener(ObjectNames.CLUSTER, waker, null, null);
            return true;
          });
      ClusterMXBean cluster = connection.cluster();
      while (!closed) {
        if (wake.tryAcquire(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
        if (!closed) {
          deliver(cluster);
        }
      }
      remove(waker);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!closed) {
        listener.ended(
            e instanceof JmxException known
                ? known
                : new ConnectionLostException("following events failed: " + e.getMessage(), e));
      }
    }
  }

  private void deliver(ClusterMXBean cluster) {
    List<EventRecord> events;
    do {
      events = cluster.eventsSince(lastSequence);
      for (EventRecord event : events) {
        if (closed) {
          return;
        }
        if (event.sequence() > lastSequence + 1 && lastSequence > 0) {
          listener.gap(lastSequence + 1, event.sequence() - 1);
        }
        lastSequence = event.sequence();
        listener.event(event);
      }
    } while (events.size() >= FULL_PAGE);
  }

  private void remove(NotificationListener waker) {
    if (connection.isClosed()) {
      return;
    }
    try {
      connection.call(
          "no longer following events",
          JmxConnection.DEFAULT_CALL_LIMIT,
          remote -> {
            remote.removeNotificationListener(ObjectNames.CLUSTER, waker);
            return true;
          });
    } catch (JmxException | IllegalStateException e) {
      LOG.debug("jmx.events.close.failed server={}", connection.endpoint().text(), e);
    }
  }
}

package org.relevo.proxy.coordinator;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.LogLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The last events, each logged once. Listeners hear them in order, on the recording thread.
///
/// Owner: none; one lock guards ring and order of listeners' calls. Listeners must not record.
public final class EventJournal {
  public static final int CAPACITY = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);

  private final Clock clock;
  private final ArrayDeque<EventRecord> ring = new ArrayDeque<>();
  private final CopyOnWriteArrayList<Consumer<EventRecord>> listeners =
      new CopyOnWriteArrayList<>();
  private long sequence;

  public EventJournal(Clock clock) {
    this.clock = clock;
  }

  /// @param name fixed event name
  /// @param text `key=value` pairs; never a secret
  public synchronized void record(LogLevel level, String name, String text) {
    EventRecord event = new EventRecord(++sequence, clock.millis(), level, name, text);
    if (ring.size() == CAPACITY) {
      ring.removeFirst();
    }
    ring.addLast(event);
    LOG.atLevel(slf4j(level)).log("{} {}", name, text);
    for (Consumer<EventRecord> listener : listeners) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.error("journal.listener event={} reason=\"{}\"", name, e.toString(), e);
      }
    }
  }

  /// Events with a greater sequence, oldest first.
  public synchronized List<EventRecord> since(long after) {
    List<EventRecord> events = new ArrayList<>();
    for (EventRecord event : ring) {
      if (event.sequence() > after) {
        events.add(event);
      }
    }
    return List.copyOf(events);
  }

  public void listen(Consumer<EventRecord> listener) {
    listeners.add(listener);
  }

  private static Level slf4j(LogLevel level) {
    return Level.valueOf(
        switch (level.name()) {
          case "FATAL" -> "ERROR";
          default -> level.name();
        });
  }
}

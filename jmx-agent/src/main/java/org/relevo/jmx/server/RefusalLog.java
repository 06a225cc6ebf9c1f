package org.relevo.jmx.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes each kind of refusal once per client and period, with the number of those left out, so
/// that a port scanner or a broken console cannot fill the log.
///
/// Owner: itself; every method may be called by any thread.
final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final int MAX_KEYS = 1000;
  private static final int MAX_TEXT_CHARS = 300;
  static final Duration PERIOD = Duration.ofSeconds(10);

  private record Key(String reason, String client) {}

  private static final class Seen {
    long loggedAtNs;
    long leftOut;
  }

  private final LongAdder total = new LongAdder();
  private final LongSupplier nanoClock;
  private final Map<Key, Seen> seen =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
          return size() > MAX_KEYS;
        }
      };

  RefusalLog(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// Refusals since start, with a line or without.
  long total() {
    return total.sum();
  }

  /// @return whether a line was written
  boolean refused(String reason, String client, String detail) {
    total.increment();
    long leftOut;
    synchronized (this) {
      long now = nanoClock.getAsLong();
      Seen before = seen.get(new Key(reason, client));
      if (before != null && now - before.loggedAtNs < PERIOD.toNanos()) {
        before.leftOut++;
        return false;
      }
      leftOut = before == null ? 0 : before.leftOut;
      Seen fresh = new Seen();
      fresh.loggedAtNs = now;
      seen.put(new Key(reason, client), fresh);
    }
    LOG.warn(
        "jmx.refused reason={} client={} leftOut={} detail=\"{}\"",
        reason,
        client,
        leftOut,
        clean(detail, MAX_TEXT_CHARS));
    return true;
  }

  /// Makes a peer's text safe for one log line.
  static String clean(String text, int maxChars) {
    StringBuilder kept = new StringBuilder(Math.min(text.length(), maxChars));
    for (int i = 0; i < text.length() && kept.length() < maxChars; i++) {
      char c = text.charAt(i);
      kept.append(Character.isISOControl(c) ? ' ' : c == '"' ? '\'' : c);
    }
    return kept.toString();
  }
}

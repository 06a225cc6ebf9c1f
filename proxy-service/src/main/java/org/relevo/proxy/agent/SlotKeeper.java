package org.relevo.proxy.agent;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.relevo.proxy.core.BackendId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after replication slots now and then, beside the watch: a standby asks the primary for
/// them, and a primary that is frozen must not keep anybody from looking at this server.
///
/// Owner: the watch asks; the work is done by one virtual thread at a time.
final class SlotKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(SlotKeeper.class);
  private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(10);

  private final OwnServer own;
  private final Slots slots;
  private final Marks marks;
  private final AtomicBoolean working = new AtomicBoolean();
  private long lastNs = System.nanoTime() - PERIOD_NS;

  SlotKeeper(OwnServer own, Slots slots, Marks marks) {
    this.own = own;
    this.slots = slots;
    this.marks = marks;
  }

  /// @param primary that this server follows, -1 when it is one itself
  void keep(int primary) {
    boolean due = System.nanoTime() - lastNs >= PERIOD_NS;
    if (!own.settings.slots() || !due || marks.acting() || !working.compareAndSet(false, true)) {
      return;
    }
    lastNs = System.nanoTime();
    Thread.ofVirtual().name("slots-" + own.settings.id()).start(() -> work(primary));
  }

  private void work(int primary) {
    try (Connection open = own.connect()) {
      if (primary < 0) {
        slots.keep(open);
        return;
      }
      BackendId id = new BackendId(primary);
      try (Connection source =
          OwnServer.connect(own.settings.other(id), own.settings.limits().sql())) {
        slots.mirror(open, source, id);
      }
    } catch (SQLException | ActionFailure e) {
      LOG.debug("agent.slots-late node={} reason=\"{}\"", own.settings.id(), Commands.oneLine(e));
    } finally {
      working.set(false);
    }
  }
}

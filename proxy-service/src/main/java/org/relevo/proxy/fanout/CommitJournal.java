package org.relevo.proxy.fanout;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.core.NodeView;

/// What makes half-committed transactions found (`commit_safety`): numbers commits, takes over from
/// former services before clients are served, and throws old markers away.
///
/// Owner: thread-safe; a virtual thread of its own takes over and throws away.
public final class CommitJournal implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /// The newest are kept, so that a node which has missed them is known at once.
  static final long KEPT = 1_000;

  /// So many are thrown away at least.
  static final long STEP = 10_000;

  private final ReplicaSet replicas;
  private final ClusterViews views;
  private final NodeSql servers;
  private final CommitSafety safety;
  private final CommitSteps steps;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final TreeSet<Long> underWay = new TreeSet<>();
  private final Map<Place, Long> made = new ConcurrentHashMap<>();
  private final ReentrantLock making = new ReentrantLock();
  private long first;
  private long last;
  private volatile long horizon;
  private volatile String unpruned = "";
  private volatile @Nullable Thread thread;

  private record Place(BackendId node, String database) {}

  /// @param servers logs in as a role that may make a schema in every database
  public CommitJournal(
      ReplicaSet replicas, ClusterViews views, NodeSql servers, CommitSafety safety) {
    this(replicas, views, servers, safety, CommitSteps.NONE);
  }

  CommitJournal(
      ReplicaSet replicas,
      ClusterViews views,
      NodeSql servers,
      CommitSafety safety,
      CommitSteps steps) {
    this.replicas = replicas;
    this.views = views;
    this.servers = servers;
    this.safety = safety;
    this.steps = steps;
  }

  /// Takes over, without making the caller wait.
  public CommitJournal start() {
    if (safety == CommitSafety.NONE) {
      opened.countDown();
    } else {
      thread = Thread.ofVirtual().name("relevo-commit-journal").start(this::live);
    }
    return this;
  }

  private void live() {
    try {
      while (!takenOver()) {
        Thread.sleep(AGAIN);
      }
      opened.countDown();
      while (true) {
        Thread.sleep(PERIOD);
        boolean _ = prune(KEPT, STEP);
      }
    } catch (InterruptedException _) {
      // The service stops.
    }
  }

  private boolean takenOver() throws InterruptedException {
    try {
      begin(new TakeOver(replicas, views, servers, steps).run());
      return true;
    } catch (IOException e) {
      replicas.events.accept(
          "replication.take-over-waits",
          "reason=\"it cannot be written down who takes part: " + e.getMessage() + "\"");
      return false;
    }
  }

  private synchronized void begin(long run) {
    first = Marker.first(run);
  }

  /// Waits until clients may be served.
  ///
  /// @return false when the time is over
  boolean await(Duration limit) throws InterruptedException {
    return opened.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Whether transactions leave markers.
  boolean marks() {
    return safety != CommitSafety.NONE;
  }

  /// Whether they are prepared first.
  boolean prepares() {
    return safety == CommitSafety.TWO_PHASE;
  }

  void at(CommitSteps.Point point) {
    steps.at(point);
  }

  /// A commit begins.
  ///
  /// @return its marker
  synchronized long begins() {
    last++;
    underWay.add(last);
    return first + last;
  }

  /// It has ended alike on all nodes that take part. Of one that never does nothing is forgotten.
  synchronized void ends(long marker) {
    underWay.remove(marker - first);
  }

  /// Up to this marker all are alike.
  private synchronized long settled() {
    long place = underWay.isEmpty() ? last : underWay.first() - 1;
    return place == 0 ? 0 : first + place;
  }

  private synchronized long firstMarker() {
    return first;
  }

  // ------------------------------------------------------------------ tables

  /// Makes the tables of a database on a node, when that has not been done since nodes came or
  /// went.
  ///
  /// @throws IOException when it cannot be done
  void ready(BackendId node, String database) throws IOException, InterruptedException {
    if (!marks()) {
      return;
    }
    Place place = new Place(node, database);
    long version = replicas.version();
    if (made.getOrDefault(place, -1L) == version) {
      return;
    }
    making.lockInterruptibly();
    try {
      if (made.getOrDefault(place, -1L) == version) {
        return;
      }
      try (Connection connection = servers.open(node, database)) {
        if (prepares() && !MarkerTable.prepares(connection)) {
          throw new SQLException("two_phase needs max_prepared_transactions above 0");
        }
        MarkerTable.make(connection, firstMarker() >> Marker.PLACE_BITS);
      }
      made.put(place, version);
    } catch (SQLException e) {
      replicas.events.accept(
          "replication.journal-unusable",
          "node=%s database=%s reason=\"%s\""
              .formatted(node, database, Mismatches.shown(String.valueOf(e.getMessage()))));
      throw new IOException(
          "commit_safety cannot be had in %s on %s: %s".formatted(database, node, e.getMessage()),
          e);
    } finally {
      making.unlock();
    }
  }

  /// The tables may not be there any more.
  void forget(String database) {
    made.keySet().removeIf(place -> place.database().equals(database));
  }

  // ------------------------------------------------------------------ old markers

  /// Throws away all but the newest, on every node that takes part. As a writer, so that nothing
  /// changes while somebody holds the writers.
  ///
  /// @return whether there was something to do, and it was done
  boolean prune(long kept, long step) throws InterruptedException {
    long next = settled() - kept;
    if (next - horizon < step) {
      return false;
    }
    if (replicas.writers().enter(PERIOD) != WriterGate.Entry.IN) {
      return false;
    }
    try {
      Set<String> databases = new HashSet<>();
      made.keySet().forEach(place -> databases.add(place.database()));
      for (NodeView node : replicas.attached(views.current())) {
        for (String database : databases) {
          try (Connection connection = servers.open(node.id(), database)) {
            MarkerTable.forget(connection, next);
          }
        }
      }
      horizon = next;
      unpruned = "";
      return true;
    } catch (SQLException e) {
      String why = Mismatches.shown(String.valueOf(e.getMessage()));
      if (!why.equals(unpruned)) {
        unpruned = why;
        replicas.events.accept("replication.journal-unpruned", "reason=\"" + why + "\"");
      }
      return false;
    } finally {
      replicas.writers().leave();
    }
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}

package org.relevo.proxy.fanout;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.fanout.CommitSteps.Point;

/// What a service does before it serves anybody: it shuts former services out of every node, ends
/// what they have prepared, compares what they have committed, and detaches who differs. Killed at
/// any point, the next one does it again.
///
/// Owner: one thread; used once.
final class TakeOver {
  /// A server that does not answer for so long is not waited for when another one does.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long PAUSE_MS = 250;

  private final ReplicaSet replicas;
  private final ClusterViews views;
  private final NodeSql servers;
  private final CommitSteps steps;
  private final Map<BackendId, String> failing = new TreeMap<>();
  private boolean patient = true;

  TakeOver(ReplicaSet replicas, ClusterViews views, NodeSql servers, CommitSteps steps) {
    this.replicas = replicas;
    this.views = views;
    this.servers = servers;
    this.steps = steps;
  }

  private interface Visit<T> {
    T at(BackendId node) throws SQLException, InterruptedException;
  }

  /// @return the run that the service is
  /// @throws IOException when it cannot be written down who is detached
  long run() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String told = "";
    while (true) {
      failing.clear();
      patient = System.nanoTime() < deadline;
      long run = attempt();
      if (run > 0) {
        return run;
      }
      String why = failing.toString();
      if (!why.equals(told)) {
        told = why;
        replicas.events.accept("replication.take-over-waits", "reason=\"" + why + "\"");
      }
      Thread.sleep(PAUSE_MS);
    }
  }

  /// @return 0 when it has to be tried again
  private long attempt() throws IOException, InterruptedException {
    List<BackendId> attached =
        replicas.attached(views.current()).stream().map(NodeView::id).toList();
    Map<BackendId, Long> former = each(attached, this::newestRun);
    if (given(former)) {
      return 0;
    }
    long run = 1 + former.values().stream().mapToLong(Long::longValue).max().orElse(0);
    Map<BackendId, Boolean> fenced = each(former.keySet(), node -> fence(node, run));
    if (given(fenced)) {
      return 0;
    }
    steps.at(Point.FENCED);
    Map<BackendId, Set<Long>> committed = each(fenced.keySet(), node -> facts(node).markers());
    Set<Long> anywhere = new HashSet<>();
    committed.values().forEach(anywhere::addAll);
    Map<BackendId, Boolean> resolved = each(committed.keySet(), node -> resolve(node, anywhere));
    if (given(resolved)) {
      return 0;
    }
    steps.at(Point.RESOLVED);
    Map<BackendId, NodeFacts> facts = each(resolved.keySet(), this::facts);
    if (given(facts)) {
      return 0;
    }
    Verdict verdict = Verdict.of(facts);
    replicas.events.accept(
        "replication.compared",
        "nodes=%s commits=%d differing=%s run=%d"
            .formatted(facts.keySet(), verdict.compared(), verdict.out().keySet(), run));
    for (Map.Entry<BackendId, String> each : new TreeMap<>(verdict.out()).entrySet()) {
      boolean _ = replicas.detach(each.getKey(), each.getValue(), views.current());
    }
    for (Map.Entry<BackendId, String> each : failing.entrySet()) {
      boolean _ =
          replicas.detach(
              each.getKey(),
              "cannot be compared with the others: " + each.getValue(),
              views.current());
    }
    steps.at(Point.COMPARED);
    return run;
  }

  /// Whether this attempt is given up: for nobody, or while one who fails may come back.
  private boolean given(Map<BackendId, ?> good) {
    return good.isEmpty() || (patient && !failing.isEmpty());
  }

  private <T> Map<BackendId, T> each(Collection<BackendId> nodes, Visit<T> visit)
      throws InterruptedException {
    Map<BackendId, T> results = new TreeMap<>();
    for (BackendId node : nodes) {
      try {
        results.put(node, visit.at(node));
      } catch (SQLException e) {
        failing.put(node, String.valueOf(e.getMessage()).replace('\n', ' ').replace('"', '\''));
      }
    }
    return results;
  }

  private List<String> databases(BackendId node) throws SQLException {
    try (Connection connection = servers.open(node, "")) {
      return MarkerTable.databases(connection);
    }
  }

  private long newestRun(BackendId node) throws SQLException {
    long newest = 0;
    for (String database : databases(node)) {
      try (Connection connection = servers.open(node, database)) {
        MarkerTable.make(connection, 0);
        newest = Math.max(newest, MarkerTable.state(connection).run());
      }
    }
    return newest;
  }

  private boolean fence(BackendId node, long run) throws SQLException, InterruptedException {
    for (String database : databases(node)) {
      try (Connection connection = servers.open(node, database)) {
        MarkerTable.make(connection, 0);
        if (!MarkerTable.fence(connection, run)) {
          throw new SQLException("another service has come first");
        }
        MarkerTable.awaitEndings(connection);
      }
    }
    return true;
  }

  /// What is committed on any node is committed here too; what is on none, nobody was told of.
  private boolean resolve(BackendId node, Set<Long> committed) throws SQLException {
    List<MarkerTable.Prepared> left = new ArrayList<>();
    try (Connection connection = servers.open(node, "")) {
      left.addAll(MarkerTable.prepared(connection));
    }
    for (MarkerTable.Prepared each : left) {
      long marker = Marker.of(each.name());
      if (marker > 0) {
        boolean commit = committed.contains(marker);
        try (Connection connection = servers.open(node, each.database())) {
          MarkerTable.end(connection, marker, commit);
        }
        replicas.events.accept(
            "replication.prepared-resolved",
            "node=%s transaction=%s how=%s"
                .formatted(node, each.name(), commit ? "commit" : "rollback"));
      }
    }
    return true;
  }

  private NodeFacts facts(BackendId node) throws SQLException {
    Set<String> names = new LinkedHashSet<>(databases(node));
    Set<Long> markers = new HashSet<>();
    Set<String> prepared = new HashSet<>();
    long horizon = 0;
    for (String database : names) {
      try (Connection connection = servers.open(node, database)) {
        horizon = Math.max(horizon, MarkerTable.state(connection).horizon());
        markers.addAll(MarkerTable.markers(connection));
      }
    }
    try (Connection connection = servers.open(node, "")) {
      for (MarkerTable.Prepared each : MarkerTable.prepared(connection)) {
        if (Marker.of(each.name()) == 0) {
          prepared.add(each.database() + "/" + each.name());
        }
      }
    }
    return new NodeFacts(horizon, markers, prepared, names);
  }
}

package org.relevo.proxy.consistency;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.RowDifference;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.postgres.RowCounter;
import org.relevo.jmx.postgres.UserTable;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.TrafficGate;

/// One comparison from its beginning or its position to the end.
///
/// Owner: the comparison's thread; questions to nodes run on threads of the executor.
final class ContentWalk {
  /// Rows of a range: some ten milliseconds of work, and a bounded answer when it differs.
  static final int RANGE_ROWS = 5000;

  /// More rows of one node in a range that has 5000 on the primary are not told one by one.
  private static final int MAX_PART_ROWS = 50_000;

  /// Ranges that wait for one common point.
  private static final int MAX_SUSPECTS = 200;

  /// Without a key there are no ranges: the whole table is read at the common point.
  private static final long MAX_KEYLESS_BYTES = 256L << 20;

  private static final int ATTEMPTS = 3;
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

  private final ContentRun run;
  private final ClusterView view;
  private final TrafficGate gate;
  private final ConsistencySettings settings;
  private final ExecutorService executor;
  private final List<ContentTableShape.Range> suspects;
  private final Map<Integer, Connection> connections = new LinkedHashMap<>();
  private boolean sameVersion = true;

  ContentWalk(
      ContentRun run,
      ClusterView view,
      TrafficGate gate,
      ConsistencySettings settings,
      ExecutorService executor) {
    this.run = run;
    this.suspects = run.suspects();
    this.view = view;
    this.gate = gate;
    this.settings = settings;
    this.executor = executor;
  }

  void walk() throws CheckFailure, SQLException, InterruptedException {
    NodeView primary =
        view.primaryNode()
            .orElseThrow(() -> new CheckFailure("there is no primary: " + view.primaryReason()));
    try {
      Set<Integer> versions = new LinkedHashSet<>();
      for (NodeView node : view.nodes()) {
        Connection connection = open(node);
        connections.put(node.id().value(), connection);
        versions.add(connection.getMetaData().getDatabaseMajorVersion());
      }
      if (connections.size() < 2) {
        throw new CheckFailure("there is one node only");
      }
      sameVersion = versions.size() == 1;
      Connection main = connection(primary.id().value());
      List<UserTable> tables = tables(main);
      run.total(tables.size());
      for (UserTable table : tables) {
        if (!run.done(table.schema() + "." + table.name())) {
          table(main, table);
        }
      }
    } finally {
      for (Connection connection : connections.values()) {
        connection.close();
      }
    }
  }

  private Connection open(NodeView node) throws SQLException, CheckFailure {
    try {
      Connection connection =
          target(settings, node, run.database())
              .open("relevo contents", CONNECT_LIMIT, ANSWER_LIMIT);
      ContentReader.prepare(connection);
      return connection;
    } catch (SQLException e) {
      throw new CheckFailure(node.name() + ": " + e.getMessage(), e);
    }
  }

  static JdbcTarget target(ConsistencySettings settings, NodeView node, String database) {
    return new JdbcTarget(
        node.host(),
        node.port(),
        database,
        settings.user(),
        settings.password(),
        () -> settings.encryption().apply(node.id()));
  }

  private List<UserTable> tables(Connection main) throws SQLException, CheckFailure {
    List<UserTable> all = new RowCounter(main).tables();
    for (String each : run.wanted()) {
      if (all.stream().noneMatch(table -> each.equals(table.schema() + "." + table.name()))) {
        throw new CheckFailure("there is no table " + each);
      }
    }
    return all.stream().filter(table -> run.wants(table.schema() + "." + table.name())).toList();
  }

  private void table(Connection main, UserTable table)
      throws CheckFailure, SQLException, InterruptedException {
    ContentTableShape shape = ContentTableShape.read(main, table.schema(), table.name());
    boolean standbys = view.nodes().stream().anyMatch(each -> each.role() == NodeView.Role.STANDBY);
    if (table.unlogged() && standbys) {
      run.end(shape, 0, Comparison.UNLOGGED);
      return;
    }
    if (!table.readable()) {
      run.end(shape, 0, "role " + settings.user() + " may not read it; GRANT SELECT to it");
      return;
    }
    if (shape.key().isEmpty()) {
      keyless(main, shape);
      return;
    }
    List<String> from = run.begin(shape);
    boolean more = true;
    while (more) {
      long began = System.nanoTime();
      Optional<List<String>> to =
          ContentReader.boundary(
              main, new ContentTableShape.Range(shape, from, List.of()), RANGE_ROWS);
      ContentTableShape.Range range =
          new ContentTableShape.Range(shape, from, to.orElse(List.of()));
      Map<Integer, ContentReader.Sum> sums =
          onAll(connections, connection -> ContentReader.sum(connection, range, sameVersion));
      if (Set.copyOf(sums.values()).size() > 1 && !suspects.contains(range)) {
        suspects.add(range);
      }
      more = to.isPresent();
      if (suspects.size() >= MAX_SUSPECTS || (!more && !suspects.isEmpty())) {
        recheck();
      }
      run.compared(sums.values().iterator().next().rows(), to.orElse(from));
      from = to.orElse(from);
      run.rest(System.nanoTime() - began);
    }
    run.end(shape, 0, "");
  }

  private void keyless(Connection main, ContentTableShape shape)
      throws CheckFailure, SQLException, InterruptedException {
    run.begin(shape);
    long began = System.nanoTime();
    try (java.sql.PreparedStatement size =
        main.prepareStatement("SELECT pg_relation_size(CAST(? AS regclass))")) {
      size.setString(1, shape.quotedName());
      try (java.sql.ResultSet row = size.executeQuery()) {
        row.next();
        if (row.getLong(1) > MAX_KEYLESS_BYTES) {
          run.end(shape, 0, "it has no primary key and is larger than 256 MB");
          return;
        }
      }
    }
    ContentTableShape.Range all = new ContentTableShape.Range(shape, List.of(), List.of());
    Map<Integer, ContentReader.Sum> sums = new LinkedHashMap<>();
    atCommonPoint(snapshots ->
        sums.putAll(onAll(snapshots, each -> ContentReader.sum(each, all, sameVersion))));
    run.compared(sums.values().iterator().next().rows(), List.of());
    boolean equal = Set.copyOf(sums.values()).size() == 1;
    run.end(shape, equal ? 0 : 1, equal ? "" : "it differs; without a key not down to its rows");
    run.rest(System.nanoTime() - began);
  }

  /// Looks at the suspects at one point that all nodes have in common.
  private void recheck() throws CheckFailure, SQLException, InterruptedException {
    NodeView primary = view.primaryNode().orElseThrow(() -> new CheckFailure("no primary"));
    List<ContentTableShape.Range> ranges = List.copyOf(suspects);
    List<Runnable> found = new ArrayList<>();
    atCommonPoint(snapshots -> {
      found.clear();
      for (ContentTableShape.Range range : ranges) {
        Map<Integer, ContentReader.Sum> sums =
            onAll(snapshots, each -> ContentReader.sum(each, range, sameVersion));
        if (Set.copyOf(sums.values()).size() > 1) {
          Connection main = snapshots.get(primary.id().value());
          for (ContentTableShape.Range part : parts(Objects.requireNonNull(main), range)) {
            List<RowDifference> rows =
                RowDifferences.of(
                    part, onAll(snapshots, each -> ContentReader.rows(each, part, MAX_PART_ROWS)));
            found.add(() -> run.add(part, rows));
          }
        }
      }
    });
    found.forEach(Runnable::run);
    suspects.clear();
  }

  /// Rows that were added since the range was cut may have made it long.
  private static List<ContentTableShape.Range> parts(Connection main, ContentTableShape.Range range)
      throws SQLException {
    List<ContentTableShape.Range> parts = new ArrayList<>();
    ContentTableShape.Range rest = range;
    Optional<List<String>> to = ContentReader.boundary(main, rest, RANGE_ROWS);
    while (to.isPresent() && parts.size() < MAX_SUSPECTS) {
      parts.add(new ContentTableShape.Range(range.table(), rest.from(), to.get()));
      rest = new ContentTableShape.Range(range.table(), to.get(), range.to());
      to = ContentReader.boundary(main, rest, RANGE_ROWS);
    }
    parts.add(rest);
    return parts;
  }

  private interface AtPoint {
    void look(Map<Integer, Connection> snapshots)
        throws CheckFailure, SQLException, InterruptedException;
  }

  private void atCommonPoint(AtPoint work) throws CheckFailure, SQLException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        once(work);
        return;
      } catch (CheckFailure e) {
        // A long transaction, or a standby's snapshot that gave way: the next point may do.
        if (attempt == ATTEMPTS || settings.holdLimit().isZero()) {
          throw e;
        }
        run.rest(Duration.ofMillis(500).toNanos());
      }
    }
  }

  private void once(AtPoint work) throws CheckFailure, SQLException, InterruptedException {
    List<NodeSnapshot> snapshots = new ArrayList<>();
    @Nullable NodeSnapshot main = null;
    NodeView primary = view.primaryNode().orElseThrow(() -> new CheckFailure("no primary"));
    try {
      for (NodeView node : view.nodes()) {
        NodeSnapshot snapshot = new NodeSnapshot(node, target(settings, node, run.database()));
        snapshots.add(snapshot);
        main = node.id().equals(primary.id()) ? snapshot : main;
      }
      if (main == null) {
        throw new CheckFailure("the primary is not among the nodes");
      }
      forEach(snapshots, each -> each.connect(settings.countLimit()));
      CommonPoint point =
          new CommonPoint(
              "contents-" + run.report().id(), gate, settings.holdLimit(), this::forEach);
      try {
        point.take(main, snapshots);
      } finally {
        run.rechecked(suspects.size(), point.heldMs());
      }
      Map<Integer, Connection> open = new LinkedHashMap<>();
      for (NodeSnapshot snapshot : snapshots) {
        if (!snapshot.problem().isEmpty()) {
          throw new CheckFailure(snapshot.problem());
        }
        Connection connection = snapshot.openConnection();
        connection.setNetworkTimeout(Runnable::run, (int) ANSWER_LIMIT.toMillis());
        ContentReader.prepare(connection);
        open.put(snapshot.nodeId(), connection);
      }
      try {
        work.look(open);
      } catch (SQLException e) {
        throw new CheckFailure(String.valueOf(e.getMessage()), e);
      }
    } finally {
      snapshots.forEach(NodeSnapshot::close);
    }
  }

  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /// Asks all nodes at once.
  private <T> Map<Integer, T> onAll(Map<Integer, Connection> nodes, Question<T> question)
      throws CheckFailure, SQLException, InterruptedException {
    Map<Integer, Future<T>> tasks = new LinkedHashMap<>();
    nodes.forEach(
        (id, connection) -> tasks.put(id, executor.submit(() -> question.ask(connection))));
    Map<Integer, T> answers = new LinkedHashMap<>();
    for (Map.Entry<Integer, Future<T>> task : tasks.entrySet()) {
      try {
        answers.put(task.getKey(), task.getValue().get());
      } catch (ExecutionException e) {
        throw new CheckFailure("node " + task.getKey() + ": " + e.getCause(), e);
      }
    }
    return answers;
  }

  private void forEach(List<NodeSnapshot> snapshots, Consumer<NodeSnapshot> work)
      throws InterruptedException {
    List<Future<?>> tasks = new ArrayList<>();
    snapshots.forEach(each -> tasks.add(executor.submit(() -> work.accept(each))));
    for (Future<?> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a node's part failed: " + e.getCause(), e);
      }
    }
  }

  private Connection connection(int nodeId) throws CheckFailure {
    Connection connection = connections.get(nodeId);
    if (connection == null) {
      throw new CheckFailure("node " + nodeId + " is not connected");
    }
    return connection;
  }
}

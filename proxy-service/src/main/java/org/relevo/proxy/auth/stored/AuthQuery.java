package org.relevo.proxy.auth.stored;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.LoginRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads roles from the primary over one connection of the service's own, which is kept while it is
/// used.
///
/// Thread-safe. One virtual thread at a time owns the connection; it ends when nothing is asked for
/// a while.
public final class AuthQuery implements RoleCatalog, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuthQuery.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final int MAX_WAITING = 1000;
  private static final String MEMBERSHIPS =
      """
      WITH RECURSIVE held(oid) AS (
          SELECT oid FROM pg_catalog.pg_roles WHERE rolname = CAST(? AS pg_catalog.name)
          UNION
          SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN held ON m.member = held.oid)
      SELECT r.rolname FROM pg_catalog.pg_roles r JOIN held ON r.oid = held.oid
      """;

  private final ClusterViews views;
  private final Map<BackendId, NodeSettings> nodes;
  private final String query;
  private final ClusterViews.Subscription subscription;
  // Guarded by this.
  private final Queue<Question<?>> waiting = new ArrayDeque<>();
  private boolean running;
  private boolean closed;
  private boolean failing;
  private @Nullable BackendId asking;
  private @Nullable Thread asker;
  private boolean moved;

  private interface Ask<T> {
    T on(Connection connection) throws SQLException;
  }

  private record Question<T>(Ask<T> ask, CompletableFuture<T> answer) {
    void put(Connection connection) throws SQLException {
      answer.complete(ask.on(connection));
    }
  }

  /// @param nodes with the role and the database that the query runs as and in
  /// @param query with `$1` for the role's name; gives its name, its stored password and, if there
  ///   are further columns, when the password expires and whether the role may log in
  public AuthQuery(ClusterViews views, List<NodeSettings> nodes, String query) {
    this.views = views;
    Map<BackendId, NodeSettings> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.id(), node));
    this.nodes = Map.copyOf(byId);
    this.query = query.replace("?", "??").replace("$1", "?");
    this.subscription = views.listen(this::look);
  }

  @Override
  public CompletionStage<StoredRole> role(String name) {
    return ask(connection -> {
      try (PreparedStatement statement = connection.prepareStatement(query)) {
        statement.setString(1, name);
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next() ? read(rows) : StoredRole.UNKNOWN;
        }
      }
    });
  }

  private static StoredRole read(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    String stored = rows.getString(2);
    OffsetDateTime until = columns >= 3 ? rows.getObject(3, OffsetDateTime.class) : null;
    boolean canLogin = columns < 4 || rows.getBoolean(4);
    return new StoredRole(
        Optional.ofNullable(stored).flatMap(StoredPassword::parse),
        Optional.ofNullable(until).map(OffsetDateTime::toInstant),
        canLogin);
  }

  @Override
  public CompletionStage<Set<String>> memberships(String name) {
    return ask(connection -> {
      Set<String> roles = new HashSet<>();
      try (PreparedStatement statement = connection.prepareStatement(MEMBERSHIPS)) {
        statement.setString(1, name);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            roles.add(rows.getString(1));
          }
        }
      }
      return Set.copyOf(roles);
    });
  }

  private synchronized <T> CompletionStage<T> ask(Ask<T> ask) {
    if (closed || waiting.size() >= MAX_WAITING) {
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("too many roles are looked up"));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    waiting.add(new Question<>(ask, answer));
    if (running) {
      notifyAll();
    } else {
      running = true;
      Thread.ofVirtual().name("auth-query").start(this::work);
    }
    return answer;
  }

  /// The owner of the connection.
  private void work() {
    Worker worker = new Worker();
    try {
      while (true) {
        Question<?> question = next();
        if (question == null) {
          return;
        }
        while (!worker.settles(question)) {
          // Another server is the one to ask now.
        }
      }
    } finally {
      worker.drop();
    }
  }

  /// Asks one question after the other over a connection that is kept.
  ///
  /// Owner: the thread that runs [#work].
  private final class Worker {
    private @Nullable Connection connection;
    private @Nullable BackendId server;

    /// @return false when its server was given up in the middle, so that the next one is to be
    ///   asked
    boolean settles(Question<?> question) {
      try {
        NodeSettings node = node();
        begin(node.id());
        Connection known = connection;
        if (known != null && node.id().equals(server) && answers(known)) {
          question.put(known);
        } else {
          drop();
          if (givenUp()) {
            throw new SQLException(node.id() + " is not the server to ask any more");
          }
          Connection opened = AuthQuery.open(node);
          connection = opened;
          server = node.id();
          question.put(opened);
        }
        end();
        succeeded();
        return true;
      } catch (SQLException | RuntimeException e) {
        boolean again = end();
        drop();
        if (!again) {
          question.answer().completeExceptionally(e);
          failed(e);
        }
        return !again;
      }
    }

    void drop() {
      close(connection);
      connection = null;
    }
  }

  private synchronized void begin(BackendId server) {
    asking = server;
    asker = Thread.currentThread();
  }

  private synchronized boolean givenUp() {
    return moved;
  }

  /// @return whether the server was given up meanwhile
  private synchronized boolean end() {
    boolean was = moved;
    asking = null;
    asker = null;
    moved = false;
    // Only [#look] interrupts, and only between begin and end.
    boolean _ = Thread.interrupted();
    return was;
  }

  /// A server that is no longer the one to ask may be frozen: whoever waits for it asks the next.
  private synchronized void look(ClusterView view) {
    Thread busy = asker;
    if (busy != null && view.primary().isPresent() && !view.primary().get().equals(asking)) {
      moved = true;
      busy.interrupt();
    }
  }

  /// Whether a kept connection still works: its server may have been restarted since.
  private static boolean answers(Connection connection) throws SQLException {
    return connection.isValid((int) LIMIT.toSeconds());
  }

  /// @return null when the worker is to end
  private synchronized @Nullable Question<?> next() {
    long end = System.nanoTime() + IDLE.toNanos();
    while (waiting.isEmpty() && !closed) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        closed = true;
      }
    }
    Question<?> question = closed ? null : waiting.poll();
    running = question != null;
    return question;
  }

  private NodeSettings node() {
    // During a role change the view names no primary, but every reachable node has the same roles.
    var view = views.current();
    return view.primary()
        .map(nodes::get)
        .or(() ->
            view.nodes().stream()
                .filter(node -> node.usable())
                .map(node -> nodes.get(node.id()))
                .findFirst())
        .orElseThrow(() -> noServer(view.primaryReason()));
  }

  /// The client may know why: it would be told the same when it asked for a server.
  private static LoginRefused noServer(String why) {
    return new LoginRefused(
        BackendError.fatal(
                SqlState.CANNOT_CONNECT_NOW, "passwords cannot be checked at the moment: " + why)
            .withHint("Try again when the primary server can be reached."));
  }

  private static Connection open(NodeSettings node) throws SQLException {
    Connection connection = NodeLogin.open(node, "relevo roles", LIMIT);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = pg_catalog, pg_temp");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static void close(@Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("auth.query_close reason=\"{}\"", e.getMessage());
    }
  }

  private synchronized void succeeded() {
    if (failing) {
      failing = false;
      LOG.info("auth.query_works");
    }
  }

  private synchronized void failed(Exception problem) {
    if (!failing) {
      failing = true;
      LOG.warn("auth.query_failed reason=\"{}\"", String.valueOf(problem.getMessage()));
    }
  }

  @Override
  public void close() {
    subscription.close();
    stop();
  }

  private synchronized void stop() {
    closed = true;
    waiting.forEach(question ->
        question.answer().completeExceptionally(new RejectedExecutionException("stopping")));
    waiting.clear();
    notifyAll();
  }
}

package org.relevo.proxy.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Clients that write in transactions until told to stop, and note every error.
///
/// Owner: the test; each client has a virtual thread and a connection of its own.
final class SteadyClients implements AutoCloseable {
  private final List<Connection> connections = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final AtomicLong committed = new AtomicLong();
  private volatile boolean stopping;

  SteadyClients(String url, String user, String password, int count) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE steady (id int PRIMARY KEY, n bigint NOT NULL)");
      statement.execute("INSERT INTO steady SELECT g, 0 FROM generate_series(1, " + count + ") g");
    }
    for (int id = 1; id <= count; id++) {
      Connection connection = DriverManager.getConnection(url, user, password);
      connection.setAutoCommit(false);
      connections.add(connection);
      int row = id;
      threads.add(Thread.ofVirtual().name("steady-" + id).start(() -> work(connection, row)));
    }
  }

  private void work(Connection connection, int row) {
    try (PreparedStatement update =
            connection.prepareStatement("UPDATE steady SET n = n + 1 WHERE id = ?");
        PreparedStatement select =
            connection.prepareStatement("SELECT n FROM steady WHERE id = ?")) {
      while (!stopping) {
        update.setInt(1, row);
        update.executeUpdate();
        select.setInt(1, row);
        try (ResultSet result = select.executeQuery()) {
          result.next();
        }
        connection.commit();
        committed.incrementAndGet();
      }
    } catch (SQLException e) {
      errors.add(e.getSQLState() + " " + e.getMessage());
    }
  }

  long committed() {
    return committed.get();
  }

  List<String> errors() {
    return List.copyOf(errors);
  }

  void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() throws SQLException {
    stopping = true;
    for (Connection connection : connections) {
      connection.close();
    }
  }
}

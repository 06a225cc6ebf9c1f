package org.relevo.proxy.situations;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.relevo.proxy.situations.Situation.Address;

/// One run of a situation of pgJDBC: its connections and what it saw.
final class JdbcRun implements AutoCloseable {
  /// What a situation does.
  @FunctionalInterface
  interface Script {
    void run(JdbcRun run) throws Exception;
  }

  /// A call that may fail.
  @FunctionalInterface
  interface Call {
    void run() throws Exception;
  }

  private final Address address;
  private final List<String> transcript = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();

  private JdbcRun(Address address) {
    this.address = address;
  }

  static Situation.Program program(Script script) {
    return address -> {
      try (JdbcRun run = new JdbcRun(address)) {
        run.tried(() -> script.run(run));
        return run.transcript;
      }
    };
  }

  Lab lab() {
    return address.lab();
  }

  /// A connection of `app`.
  ///
  /// @param properties names and values in turn
  Connection open(String... properties) throws SQLException {
    Properties all = new Properties();
    all.put("user", "app");
    all.put("password", "app");
    all.put("socketTimeout", "10");
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], properties[i + 1]);
    }
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + address.port() + "/" + Lab.DATABASE, all);
    connections.add(connection);
    return connection;
  }

  void say(Object what) {
    transcript.add(String.valueOf(what));
  }

  /// Runs a statement without values.
  void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (true) {
        if (rows) {
          rows(statement.getResultSet());
        } else if (statement.getUpdateCount() >= 0) {
          say("updated " + statement.getUpdateCount());
        } else {
          break;
        }
        rows = statement.getMoreResults();
      }
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        say("warning " + w.getSQLState() + " " + w.getMessage());
      }
    }
  }

  /// Runs a statement with values.
  void prepared(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      prepared(statement, values);
    }
  }

  void prepared(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    if (statement.execute()) {
      rows(statement.getResultSet());
    } else {
      say("updated " + statement.getUpdateCount());
    }
  }

  void rows(ResultSet result) throws SQLException {
    int columns = result.getMetaData().getColumnCount();
    while (result.next()) {
      StringBuilder row = new StringBuilder("row");
      for (int i = 1; i <= columns; i++) {
        String value = result.getString(i);
        row.append(' ').append(result.getMetaData().getColumnTypeName(i)).append(':');
        row.append(value != null && value.length() > 100 ? value.hashCode() : value);
      }
      say(row);
    }
  }

  /// Makes a call and tells how it failed, if it did.
  void tried(Call call) throws Exception {
    try {
      call.run();
    } catch (SQLException e) {
      for (SQLException at = e; at != null; at = at.getNextException()) {
        say("failed " + at.getSQLState() + " " + masked(at.getMessage()));
      }
    }
  }

  /// Without OIDs, which differ from run to run.
  private static String masked(String message) {
    return String.valueOf(message).replaceAll("\\b\\d{5,}\\b", "*");
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}

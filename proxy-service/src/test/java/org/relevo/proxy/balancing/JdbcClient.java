package org.relevo.proxy.balancing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/// pgJDBC. Transactions are those of the driver: BEGIN goes with the first statement.
final class JdbcClient implements LabClient {
  private final Connection connection;

  JdbcClient(int port, String queries) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", "trusty");
    properties.put("socketTimeout", "60");
    properties.put("preferQueryMode", queries);
    connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
  }

  Connection connection() {
    return connection;
  }

  @Override
  public String ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String last = "";
      boolean rows = statement.execute(sql);
      while (rows || statement.getUpdateCount() >= 0) {
        if (rows) {
          try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
              last = String.valueOf(result.getString(1));
            }
          }
        }
        rows = statement.getMoreResults();
      }
      return last;
    }
  }

  @Override
  public void begin() throws SQLException {
    connection.setAutoCommit(false);
  }

  @Override
  public void commit() throws SQLException {
    connection.commit();
    connection.setAutoCommit(true);
  }

  @Override
  public void rollback() throws SQLException {
    connection.rollback();
    connection.setAutoCommit(true);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

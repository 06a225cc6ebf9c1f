package org.relevo.proxy.net;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.TestAccess;

/// Proxies of tests and connections through them.
final class Proxies {
  private Proxies() {}

  /// @param port of the server that is asked for stored passwords
  static ProxyServer start(ClusterViews views, int port) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    return ProxyServer.start(
        TestAccess.settings(0, 2, new SessionSettings(50, wait, wait, wait, false)),
        views,
        TestAccess.of(port));
  }

  static Connection connect(ProxyServer proxy, String role, String password) throws SQLException {
    return connect(proxy, role, password, Map.of());
  }

  static Connection connect(
      ProxyServer proxy, String role, String password, Map<String, String> more)
      throws SQLException {
    Properties properties = new Properties();
    properties.put("user", role);
    properties.put("password", password);
    properties.put("socketTimeout", "60");
    properties.putAll(more);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + proxy.address().getPort() + "/postgres", properties);
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? String.valueOf(result.getString(1)) : "";
    }
  }
}

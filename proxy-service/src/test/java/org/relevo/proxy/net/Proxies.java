package org.relevo.proxy.net;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.session.VerifierSource;

/// Proxies of tests and connections through them.
final class Proxies {
  private Proxies() {}

  static ProxyServer start(ClusterViews views, VerifierSource verifiers) throws IOException {
    Duration wait = Duration.ofSeconds(10);
    return ProxyServer.start(
        new ProxyServerSettings(
            List.of("127.0.0.1"), 0, 2, new SessionSettings(50, wait, wait, wait, false)),
        views,
        verifiers);
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

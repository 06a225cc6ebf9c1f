package org.relevo.proxy.health;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/// Opens administrator's connections with deadlines.
public final class NodeLogin {
  private NodeLogin() {}

  /// @param limit for connecting and logging in, and the longest silence after that
  public static Connection open(NodeSettings node, String applicationName, Duration limit)
      throws SQLException {
    Properties properties = new Properties();
    // The driver counts these in whole seconds.
    String seconds = String.valueOf(Math.max(1, (limit.toMillis() + 999) / 1000));
    properties.setProperty("user", node.user());
    properties.setProperty("password", node.password().get());
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("ApplicationName", applicationName);
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("assumeMinServerVersion", "13");
    node.encryption().options(true).forEach(properties::setProperty);
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/%s"
                .formatted(
                    node.host().contains(":") ? "[" + node.host() + "]" : node.host(),
                    node.port(),
                    node.database()),
            properties);
    try {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}

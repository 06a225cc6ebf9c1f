package org.relevo.proxy.health;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.relevo.proxy.core.UnixAddress;

/// Opens administrator's connections with deadlines.
public final class NodeLogin {
  private NodeLogin() {}

  /// What a standby can run, whatever its sessions begin with elsewhere.
  private static final String OPTIONS = "-c default_transaction_isolation=read\\ committed";

  /// @param limit for connecting and logging in, and the longest silence after that
  public static Connection open(NodeSettings node, String applicationName, Duration limit)
      throws SQLException {
    return open(node, applicationName, limit, OPTIONS);
  }

  /// A session with the settings that every session begins with.
  public static Connection openAsUsual(NodeSettings node, String applicationName, Duration limit)
      throws SQLException {
    return open(node, applicationName, limit, "");
  }

  private static Connection open(
      NodeSettings node, String applicationName, Duration limit, String options)
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
    if (!options.isEmpty()) {
      properties.setProperty("options", options);
    }
    if (UnixAddress.is(node.host())) {
      String file = UnixAddress.file(node.host(), node.port()).toString();
      properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
      properties.setProperty("socketFactoryArg", file);
      properties.setProperty("sslmode", "disable");
      properties.setProperty("gssEncMode", "disable");
    } else {
      node.encryption().options(true).forEach(properties::setProperty);
    }
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s:%d/%s".formatted(host(node.host()), node.port(), node.database()),
            properties);
    try {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static String host(String host) {
    if (UnixAddress.is(host)) {
      return "localhost"; // the driver's URL has no room for a folder
    }
    return host.contains(":") ? "[" + host + "]" : host;
  }
}

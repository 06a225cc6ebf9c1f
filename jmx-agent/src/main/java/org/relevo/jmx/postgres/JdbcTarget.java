package org.relevo.jmx.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/// Where to connect and as whom. The password is asked for at each connect, so that a changed one
/// is used at once, and never shown.
///
/// @param password its answer may be empty for `trust`
/// @param encryption the driver's properties for TLS, such as `sslmode`; asked for as the password
public record JdbcTarget(
    String host,
    int port,
    String database,
    String user,
    Supplier<String> password,
    Supplier<Map<String, String>> encryption) {
  private static final Driver DRIVER = new Driver();

  /// Encrypted when the server can, as is the driver's habit.
  public JdbcTarget(
      String host, int port, String database, String user, Supplier<String> password) {
    this(host, port, database, user, password, Map::of);
  }

  public JdbcTarget {
    if (host.isBlank() || database.isBlank() || user.isBlank()) {
      throw new IllegalArgumentException(
          "a PostgreSQL target needs host, database and user: '%s', '%s', '%s'"
              .formatted(host, database, user));
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "port of PostgreSQL at " + host + " must be 1 to 65535: " + port);
    }
  }

  /// Opens a connection in auto-commit mode. Blocks for at most the connect limit plus one answer.
  ///
  /// @param answerLimit longest wait for any answer of the server; zero to wait without end
  public Connection open(String applicationName, Duration connectLimit, Duration answerLimit)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password.get());
    properties.setProperty("ApplicationName", applicationName);
    // No loginTimeout: it costs a platform thread for each connect. These two bound the same steps.
    properties.setProperty("connectTimeout", Long.toString(wholeSeconds(connectLimit)));
    properties.setProperty("socketTimeout", Long.toString(wholeSeconds(answerLimit)));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("gssEncMode", "disable");
    encryption.get().forEach(properties::setProperty);
    String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    String encoded = java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8);
    @Nullable Connection connection =
        DRIVER.connect("jdbc:postgresql://" + bracketed + ":" + port + "/" + encoded, properties);
    if (connection == null) {
      throw new SQLException("cannot make a JDBC address of " + this, "08001");
    }
    return connection;
  }

  /// The same server and user with another database.
  public JdbcTarget withDatabase(String other) {
    return new JdbcTarget(host, port, other, user, password, encryption);
  }

  private static long wholeSeconds(Duration limit) {
    return limit.isZero() ? 0 : Math.max(1, limit.toSeconds());
  }

  /// `host:port/database`, without any secret.
  @Override
  public String toString() {
    return host + ":" + port + "/" + database;
  }
}

package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// The service in front of a server that can be reached by its Unix-domain socket alone.
@Timeout(180)
class UnixBackendIT {
  @TempDir static Path folder;

  @Test
  void aServerIsServedByItsSocketAlone() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path sockets = Files.createDirectory(folder.resolve("sockets"));
    Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path hba = Files.writeString(folder.resolve("hba"), "local all all scram-sha-256\n");
    Map<String, String> settings =
        Map.of(
            "listen_addresses", "''",
            "unix_socket_directories", "'" + sockets + "'",
            "hba_file", "'" + hba + "'");
    try (LabServer server = LabServer.primary(folder, "pg", settings);
        ServiceLab service = new ServiceLab(folder.resolve("service"), server.port())) {
      service.set("backend_hostname0", sockets);
      service.startAndAwait();
      awaitServed(service);
      try (Connection connection = service.connect()) {
        assertThat(one(connection, "SELECT inet_server_addr() IS NULL")).isEqualTo("t");
        assertThat(one(connection, "SHOW POOL_NODES")).isEqualTo("0");
        assertThat(one(connection, "SELECT length(repeat('x', 10000000))")).isEqualTo("10000000");
        assertCancelled(connection);
      }
      server.control().stop(PgCtl.StopMode.FAST, LabServer.LIMIT);
      assertThatThrownBy(() -> query(service)).isInstanceOf(SQLException.class);
      server.start();
      awaitServed(service);
    }
  }

  private static void assertCancelled(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(20)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
    }
  }

  private static void awaitServed(ServiceLab service) throws Exception {
    Await.until(
        () -> "the server is served",
        () -> {
          try {
            return query(service).equals("1");
          } catch (SQLException _) {
            return false; // not yet
          }
        });
  }

  private static String query(ServiceLab service) throws SQLException {
    try (Connection connection = service.connect()) {
      return one(connection, "SELECT 1");
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }
}

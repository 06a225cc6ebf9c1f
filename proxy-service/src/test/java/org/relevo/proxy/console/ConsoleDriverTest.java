package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// pgJDBC at the console, in each of its query modes.
class ConsoleDriverTest {
  private static final FakeSource SOURCE = new FakeSource();
  private static ConsoleListener listener;

  @BeforeAll
  static void start() {
    listener = new ConsoleListener(SOURCE);
  }

  @AfterAll
  static void stop() {
    listener.close();
  }

  private static Connection connect(String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "boss");
    properties.setProperty("socketTimeout", "20");
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + listener.port() + "/relevo", properties);
  }

  private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTableIsReadTheSameInBothProtocolsAndFormats(ShowTable table) throws SQLException {
    String sql = "SHOW " + table;
    try (Connection simple = connect("preferQueryMode", "simple");
        Connection extended = connect("prepareThreshold", "1");
        Connection binary = connect("prepareThreshold", "-1")) {
      List<List<String>> expected = rows(simple, sql);
      if (table != ShowTable.MEM) {
        assertThat(rows(extended, sql)).isEqualTo(expected);
      }
      for (int i = 0; i < 3; i++) {
        typedValuesAreReadable(binary, sql, table);
      }
    }
  }

  /// With binary transfer pgJDBC reads numbers, booleans and times from their binary forms.
  private static void typedValuesAreReadable(Connection connection, String sql, ShowTable table)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      ResultSetMetaData data = result.getMetaData();
      assertThat(data.getColumnCount()).isEqualTo(table.columns().size());
      for (int i = 1; i <= data.getColumnCount(); i++) {
        assertThat(data.getColumnName(i)).isEqualTo(table.columns().get(i - 1).name());
        assertThat(data.getColumnTypeName(i)).isEqualTo(table.columns().get(i - 1).type().shown());
      }
      while (result.next()) {
        for (int i = 1; i <= data.getColumnCount(); i++) {
          Object value = result.getObject(i);
          assertThat(value == null).isEqualTo(result.wasNull());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0"})
  void valuesKeepTheirTypes(String threshold) throws SQLException {
    try (Connection connection = connect("prepareThreshold", threshold);
        PreparedStatement statement = connection.prepareStatement("SHOW NODES");
        ResultSet result = statement.executeQuery()) {
      assertThat(result.next()).isTrue();
      assertThat(result.getLong("node_id")).isZero();
      assertThat(result.getBoolean("primary")).isTrue();
      assertThat(result.getDouble("weight")).isEqualTo(1.0);
      assertThat(result.getTimestamp("since").getTime()).isEqualTo(FakeSource.START_MS);
      assertThat(result.getString("reason")).isEqualTo("as it is");
      assertThat(result.next()).isTrue();
      assertThat(result.getBoolean("usable")).isFalse();
      assertThat(result.getObject("lag_ms")).isNull();
      assertThat(result.next()).isFalse();
    }
  }

  /// Those of pgpool-II 4.7, which exporters read by name.
  @ParameterizedTest
  @CsvSource({
    "POOL_NODES, node_id hostname port status pg_status lb_weight role pg_role "
        + "select_cnt load_balance_node replication_delay replication_state "
        + "replication_sync_state last_status_change",
    "POOL_PROCESSES, pool_pid start_time client_connection_count database username "
        + "backend_connection_time pool_counter status",
    "POOL_POOLS, pool_pid start_time client_connection_count pool_id backend_id database "
        + "username backend_connection_time client_connection_time client_disconnection_time "
        + "client_idle_duration majorversion minorversion pool_counter pool_backendpid "
        + "pool_connected status load_balance_node client_host client_port statement",
    "POOL_STATUS, item value description",
    "POOL_VERSION, pool_version",
    "POOL_CACHE, num_cache_hits num_selects cache_hit_ratio num_hash_entries "
        + "used_hash_entries num_cache_entries used_cache_entries_size free_cache_entries_size "
        + "fragment_cache_entries_size",
    "POOL_HEALTH_CHECK_STATS, node_id hostname port status role last_status_change "
        + "total_count success_count fail_count skip_count retry_count average_retry_count "
        + "max_retry_count max_duration min_duration average_duration last_health_check "
        + "last_successful_health_check last_skip_health_check last_failed_health_check",
    "POOL_BACKEND_STATS, node_id hostname port status role select_cnt insert_cnt "
        + "update_cnt delete_cnt ddl_cnt other_cnt panic_cnt fatal_cnt error_cnt"
  })
  void pgpoolsTablesHaveItsColumns(String table, String columns) throws SQLException {
    for (String mode : List.of("simple", "extended")) {
      try (Connection connection = connect("preferQueryMode", mode);
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SHOW " + table)) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          names.add(result.getMetaData().getColumnName(i));
          assertThat(result.getMetaData().getColumnTypeName(i)).isIn("text", "varchar");
        }
        assertThat(names).as(mode).containsExactly(columns.split(" ", -1));
        assertThat(result.next()).as("a row of %s", table).isTrue();
      }
    }
  }

  @Test
  void parametersChooseRowsAndTargets() throws SQLException {
    try (Connection connection = connect()) {
      for (int i = 0; i < 8; i++) { // from the sixth on as a named statement
        try (PreparedStatement statement =
            connection.prepareStatement("SHOW CLIENTS WHERE user = ? LIMIT ?")) {
          statement.setString(1, "report");
          statement.setInt(2, 5);
          try (ResultSet result = statement.executeQuery()) {
            assertThat(result.next()).isTrue();
            assertThat(result.getLong("id")).isEqualTo(2);
            assertThat(result.getString("application_name")).isEqualTo("größer \"app\"");
            assertThat(result.getTimestamp("request_time")).isNull();
            assertThat(result.next()).isFalse();
          }
        }
      }
      SOURCE.acts.clear();
      try (PreparedStatement statement = connection.prepareStatement("KILL CLIENT ?")) {
        statement.setLong(1, 2);
        statement.execute();
      }
      assertThat(SOURCE.acts).containsExactly("boss@test KILL_CLIENT 2");
    }
  }

  @Test
  void aPoolsChecksAndTransactionsWork() throws SQLException {
    try (Connection connection = connect()) {
      assertThat(connection.isValid(5)).isTrue();
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      assertThat(rows(connection, "SHOW VERSION")).containsExactly(List.of("Relevo 1.2.3"));
      connection.commit();
      connection.setReadOnly(false);
      connection.setAutoCommit(true);
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
      assertThat(connection.getSchema()).isNull();
      assertThat(rows(connection, "SELECT 1")).containsExactly(List.of("1"));
      assertThat(rows(connection, "select current_user as me, pg_is_in_recovery(), 'a' \"b\""))
          .containsExactly(List.of("boss", "f", "a"));
      connection.setClientInfo("ApplicationName", "tool");
      assertThat(rows(connection, "SHOW server_version"))
          .containsExactly(List.of("18.0 (Relevo 1.2.3)"));
      assertThat(rows(connection, "SHOW server_version_num")).containsExactly(List.of("180000"));
      assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(18);
    }
  }

  @Test
  void rowsAreFetchedInParts() throws SQLException {
    try (Connection connection = connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(2);
        try (ResultSet result = statement.executeQuery("SHOW LISTS")) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString("list")).isEqualTo("databases");
        }
      }
    }
  }

  @Test
  void errorsLeaveTheConnectionUsable() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("SHOW CLINTS"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42601"))
          .hasMessageContaining("Perhaps you meant CLIENTS");
      assertThat(rows(connection, "SHOW STATE")).hasSize(3);
    }
  }

  @Test
  void aStatementThatWaitsCanBeCanceled() throws Exception {
    SOURCE.paused = new java.util.concurrent.CompletableFuture<>();
    SOURCE.acts.clear();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      Thread canceler =
          Thread.ofVirtual()
              .start(() -> {
                org.relevo.proxy.testkit.Await.until(
                    "PAUSE has begun", () -> !SOURCE.acts.isEmpty());
                try {
                  statement.cancel();
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThatThrownBy(() -> statement.execute("PAUSE shop"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
      canceler.join();
      assertThat(SOURCE.acts).containsExactly("boss@test PAUSE shop", "boss@test RESUME shop");
    } finally {
      SOURCE.paused = java.util.concurrent.CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void tenThousandClientsDoNotHoldUpOthers() throws SQLException {
    SOURCE.clients = 10_000;
    try (Connection one = connect("defaultRowFetchSize", "0");
        Connection other = connect()) {
      assertThat(rows(one, "SHOW CLIENTS")).hasSize(10_000);
      assertThat(rows(other, "SELECT 1")).hasSize(1);
    } finally {
      SOURCE.clients = 3;
    }
  }
}

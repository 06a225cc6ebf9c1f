package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.wire.FrontendMessages;

/// Statements that the service reuses, when the columns of their result change.
@Timeout(180)
class ChangedDefinitionsIT {
  private static final String SQL = "SELECT * FROM wide";

  @TempDir static Path folder;
  private static RealServer server;
  private ProxyServer proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void startProxy() throws Exception {
    server.sql(
        "DROP TABLE IF EXISTS wide", "CREATE TABLE wide (a int)", "GRANT ALL ON wide TO app");
    server.sql("ALTER TABLE wide OWNER TO app");
    Duration wait = Duration.ofSeconds(10);
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                2,
                new SessionSettings(50, wait, wait, wait, false),
                TestAccess.pools(PoolMode.TRANSACTION, 2)),
            new FixedViews(server.port()),
            TestAccess.of(server.port()));
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  /// @param threshold uses after which the driver names a statement; 0 for never
  private Connection connect(int threshold) throws SQLException {
    return Proxies.connect(
        proxy, "app", "app", Map.of("prepareThreshold", String.valueOf(threshold)));
  }

  private static int columns(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL);
        ResultSet rows = statement.executeQuery()) {
      return rows.getMetaData().getColumnCount();
    }
  }

  @Test
  void unnamedStatementsNeverMeetAChangeThatCameThroughTheService() throws Exception {
    try (Connection one = connect(0);
        Connection two = connect(0);
        Connection changing = connect(0)) {
      for (int i = 1; i <= 12; i++) {
        for (int use = 0; use < 4; use++) {
          assertThat(columns(one)).isEqualTo(i);
          assertThat(columns(two)).isEqualTo(i);
        }
        Proxies.run(changing, "ALTER TABLE wide ADD COLUMN b" + i + " int");
      }
    }
  }

  @Test
  void aTransactionSeesItsOwnChangeAndAfterARollbackTheOldState() throws Exception {
    try (Connection one = connect(0);
        Connection two = connect(0)) {
      for (int use = 0; use < 4; use++) {
        assertThat(columns(one)).isEqualTo(1);
        assertThat(columns(two)).isEqualTo(1);
      }
      one.setAutoCommit(false);
      assertThat(columns(one)).isEqualTo(1);
      Proxies.run(one, "ALTER TABLE wide ADD COLUMN b int");
      assertThat(columns(one)).isEqualTo(2);
      assertThat(columns(one)).isEqualTo(2);
      one.rollback();
      for (int use = 0; use < 4; use++) {
        assertThat(columns(one)).isEqualTo(1);
        assertThat(columns(two)).isEqualTo(1);
        one.commit();
      }
    }
  }

  @Test
  void afterAChangeFromElsewhereOnlyTheFirstUseFails() throws Exception {
    try (ScriptedClient one = ScriptedClient.login(proxy.address().getPort())) {
      for (int use = 0; use < 4; use++) {
        assertThat(run(one)).isEqualTo("12CZ");
      }
      server.sql("ALTER TABLE wide ADD COLUMN b int");
      assertThat(run(one)).isEqualTo("1EZ");
      for (int use = 0; use < 4; use++) {
        assertThat(run(one)).isEqualTo("12CZ");
      }
    }
  }

  private static String run(ScriptedClient client) throws IOException {
    ByteBuf out = Unpooled.buffer();
    ScriptedClient.run(out, SQL);
    FrontendMessages.sync(out);
    return client.send(out).readUntil('Z');
  }

  @Test
  void namedStatementsFailAsAtTheServerAndThenWork() throws Exception {
    int port = proxy.address().getPort();
    try (ScriptedClient one = ScriptedClient.login(port);
        ScriptedClient two = ScriptedClient.login(port)) {
      assertThat(one.query("PREPARE p AS " + SQL).readUntil('Z')).isEqualTo("CZ");
      ByteBuf parse = Unpooled.buffer();
      FrontendMessages.parse(parse, "q", SQL, List.of(), StandardCharsets.UTF_8);
      FrontendMessages.sync(parse);
      assertThat(one.send(parse).readUntil('Z')).isEqualTo("1Z");
      for (String name : List.of("p", "q")) {
        assertThat(one.query("EXECUTE " + name).readUntil('Z')).isEqualTo("TCZ");
        String change = "ALTER TABLE wide ADD COLUMN " + name + " int";
        assertThat(two.query(change).readUntil('Z')).isEqualTo("CZ");
        assertThat(one.query("EXECUTE " + name).readUntil('Z')).isEqualTo("EZ");
        assertThat(one.query("EXECUTE " + name).readUntil('Z')).isEqualTo("TCZ");
      }
    }
  }
}

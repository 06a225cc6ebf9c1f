package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.wire.FrontendMessages;

/// pgpool-II's statements of ordinary sessions in the extended protocol.
class PgpoolStatementsIT extends LiveConsole {
  private static final int BEYOND_PREPARE_THRESHOLD = 8;

  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void aDriverPreparesThemBesidesOthers(PoolMode mode) throws Exception {
    proxy.close();
    start(mode);
    Connection client = app();
    try (PreparedStatement nodes = client.prepareStatement("SHOW POOL_NODES");
        PreparedStatement one = client.prepareStatement("SELECT ?::int")) {
      for (int i = 0; i < BEYOND_PREPARE_THRESHOLD; i++) {
        assertThat(port(nodes)).isEqualTo(server.port());
        one.setInt(1, i);
        try (ResultSet rows = one.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(i);
        }
      }
    }
    // The closing of the statements above goes ahead of this one, in the same batch.
    assertThat(cell(client, "SHOW POOL_VERSION", "pool_version")).startsWith("Relevo");
    assertThatThrownBy(() -> run(client, "PGPOOL SHOW nothing"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("nothing");
    assertThat(Proxies.one(client, "SELECT 'after'")).isEqualTo("after");
  }

  private static int port(PreparedStatement nodes) throws SQLException {
    try (ResultSet rows = nodes.executeQuery()) {
      assertThat(rows.next()).isTrue();
      return Integer.parseInt(rows.getString("port"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void aTransactionMayBeginWithOne(PoolMode mode) throws Exception {
    proxy.close();
    start(mode);
    Connection client = app();
    client.setAutoCommit(false);
    try (PreparedStatement nodes = client.prepareStatement("SHOW POOL_NODES")) {
      for (int i = 0; i < BEYOND_PREPARE_THRESHOLD; i++) {
        assertThat(port(nodes)).isEqualTo(server.port());
        assertThat(port(nodes)).isEqualTo(server.port());
        assertThat(Proxies.one(client, "SELECT now() = statement_timestamp()")).isEqualTo("f");
        client.commit();
      }
      assertThatThrownBy(() -> run(client, "SELECT 1/0")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> port(nodes)).hasMessageContaining("aborted");
      client.rollback();
      assertThat(port(nodes)).isEqualTo(server.port());
    }
  }

  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void aBatchIsAnsweredInOrderAndFailsAsAWhole(PoolMode mode) throws Exception {
    proxy.close();
    start(mode);
    try (ScriptedClient client = ScriptedClient.login(proxy.address().getPort())) {
      ByteBuf out = Unpooled.buffer();
      ScriptedClient.run(out, "SELECT 1");
      ScriptedClient.run(out, "SHOW POOL_VERSION");
      FrontendMessages.sync(out);
      ScriptedClient.run(out, "SHOW POOL_VERSION");
      FrontendMessages.sync(out);
      ScriptedClient.run(out, "SELECT 2");
      FrontendMessages.sync(out);
      while (out.isReadable()) {
        client.send(out.readSlice(1)); // however it arrives
      }
      assertThat(client.readUntil('Z')).isEqualTo("12DC12DCZ");
      assertThat(client.readUntil('Z')).isEqualTo("12DCZ");
      assertThat(client.readUntil('Z')).isEqualTo("12DCZ");

      out = Unpooled.buffer();
      ScriptedClient.run(out, "CREATE TABLE unmade ()");
      ScriptedClient.run(out, "PGPOOL SHOW nothing");
      ScriptedClient.run(out, "SHOW POOL_VERSION");
      FrontendMessages.sync(out);
      ScriptedClient.run(out, "SHOW POOL_VERSION");
      ScriptedClient.run(out, "SELECT 3");
      FrontendMessages.sync(out);
      FrontendMessages.query(out, "SELECT to_regclass('unmade') IS NULL");
      client.send(out);
      assertThat(client.readUntil('Z')).isEqualTo("12C12EEZ");
      assertThat(client.readUntil('Z')).isEqualTo("12DCEZ");
      assertThat(client.read().tag()).isEqualTo('T');
      assertThat(client.read().body()).endsWith("t");
      assertThat(client.readUntil('Z')).isEqualTo("CZ");
    }
  }

  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void anUnnamedStatementIsTheLastOne(PoolMode mode) throws Exception {
    proxy.close();
    start(mode);
    try (ScriptedClient client = ScriptedClient.login(proxy.address().getPort())) {
      ByteBuf out = Unpooled.buffer();
      for (String sql : List.of("SHOW POOL_VERSION", "SELECT 'the servers'")) {
        FrontendMessages.parse(out, "", sql, List.of(), StandardCharsets.UTF_8);
        FrontendMessages.sync(out);
        client.send(out);
        assertThat(client.readUntil('Z')).isEqualTo("1Z");
        FrontendMessages.bind(out, List.of(), StandardCharsets.UTF_8);
        FrontendMessages.execute(out);
        FrontendMessages.sync(out);
        client.send(out);
        assertThat(client.read().tag()).isEqualTo('2');
        assertThat(client.read().body())
            .contains(sql.startsWith("SHOW") ? "Relevo" : "the servers");
        assertThat(client.readUntil('Z')).isEqualTo("CZ");
      }
    }
  }
}

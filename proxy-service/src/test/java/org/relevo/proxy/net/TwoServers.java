package org.relevo.proxy.net;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.RealServer;

/// Two independent servers with the same roles, and a proxy that may move sessions between them.
abstract class TwoServers {
  static final String WHERE = "SELECT pg_catalog.inet_server_port()::pg_catalog.text";

  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  static RealServer first;
  static RealServer second;

  FixedViews views;
  ProxyServer proxy;
  TrafficGate gate;

  @BeforeAll
  static void startServers() throws Exception {
    first = RealServer.start(folder.resolve("first"));
    second = RealServer.start(folder.resolve("second"));
    for (String role : List.of("postgres", "app", "hashed", "plain")) {
      second.sql("ALTER ROLE " + role + " PASSWORD '" + first.stored(role) + "'");
    }
    for (RealServer server : List.of(first, second)) {
      server.sql("CREATE SCHEMA elsewhere", "GRANT USAGE ON SCHEMA elsewhere TO public");
    }
  }

  @AfterAll
  static void stopServers() throws IOException {
    first.close();
    second.close();
  }

  @BeforeEach
  void startProxy() throws Exception {
    for (RealServer server : List.of(first, second)) {
      server.sql(
          "DROP TABLE IF EXISTS seen",
          "CREATE TABLE seen (id bigserial, client int, n int)",
          "GRANT ALL ON seen, seen_id_seq TO app, hashed");
    }
    views = new FixedViews(first.port(), second.port());
    proxy = Proxies.start(views, first.port());
    gate = proxy.gate();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
    LEAKS.assertNone();
  }

  void hold(String operation) throws Exception {
    gate.hold(operation, Duration.ofSeconds(30)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  TrafficGate.MoveReport move(String operation) throws Exception {
    hold(operation);
    gate.prepareMove(operation).toCompletableFuture().get(20, TimeUnit.SECONDS);
    return moveHeld(operation);
  }

  TrafficGate.MoveReport moveHeld(String operation) throws Exception {
    views.primary(1);
    return gate.moveTo(operation, new BackendId(1)).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static CompletableFuture<String> ask(Connection connection, String sql) {
    return Background.run(() -> Proxies.one(connection, sql));
  }

  static String port(RealServer server) {
    return String.valueOf(server.port());
  }
}

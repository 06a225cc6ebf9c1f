package org.relevo.proxy.catalog;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.relevo.jmx.contract.CatalogState;
import org.relevo.jmx.contract.CatalogStatus;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LabServer;

/// Catalogs over real servers, and short ways to ask them.
final class CatalogLab implements AutoCloseable {
  static final String DATABASE = "postgres";

  /// No look of its own within a test.
  static final CatalogSettings SELDOM =
      new CatalogSettings(Duration.ofHours(1), 1_000_000, Duration.ofHours(1));

  static final CatalogSettings OFTEN =
      new CatalogSettings(Duration.ofMillis(100), 1_000_000, Duration.ofHours(1));

  final FixedViews views;
  final Catalogs catalogs;

  CatalogLab(CatalogSettings settings, int... ports) {
    views = new FixedViews(ports);
    List<NodeSettings> nodes = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      nodes.add(
          new NodeSettings(
              new BackendId(i),
              "node" + i,
              "127.0.0.1",
              ports[i],
              Optional.empty(),
              Optional.empty(),
              "template1",
              LabServer.USER,
              () -> LabServer.PASSWORD));
    }
    catalogs = new Catalogs(views, nodes, settings);
  }

  /// A filled catalog of the database.
  Catalog of(String user, String path) {
    return filled(catalogs.of(DATABASE, user, Optional.of(path)));
  }

  Catalog ofRole(String user) {
    return filled(catalogs.of(DATABASE, user, Optional.empty()));
  }

  private Catalog filled(Catalog catalog) {
    Await.until(
        () -> "filled: " + status(),
        () -> catalog.unnamed() != Effect.UNKNOWN && status().state() == CatalogState.FILLED);
    return catalog;
  }

  CatalogStatus status() {
    return catalogs.bean().getDatabases().stream()
        .filter(status -> status.database().equals(DATABASE))
        .findFirst()
        .orElse(CatalogStatus.empty(DATABASE));
  }

  /// Reads anew and waits for it.
  void reread() {
    long before = status().filledAtEpochMs();
    Await.until("the clock's next millisecond", () -> System.currentTimeMillis() > before);
    catalogs.bean().refresh(DATABASE);
    Await.until("read anew", () -> status().filledAtEpochMs() > before);
  }

  static Connection connect(int port) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE, LabServer.USER, LabServer.PASSWORD);
  }

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static QualifiedName name(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new QualifiedName("", text)
        : new QualifiedName(text.substring(0, dot), text.substring(dot + 1));
  }

  static FunctionCall call(String function, int arguments) {
    return new FunctionCall(
        name(function), arguments, Collections.nCopies(Math.max(0, arguments), ""));
  }

  static Effect effect(Catalog catalog, String function, int arguments) {
    return catalog.effect(call(function, arguments));
  }

  static Effect effectOf(Catalog catalog, String function, String... literals) {
    return catalog.effect(new FunctionCall(name(function), literals.length, List.of(literals)));
  }

  static RelationKind kind(Catalog catalog, String relation) {
    return catalog.kind(name(relation));
  }

  static Effect operator(Catalog catalog, String operator) {
    return catalog.operator(new QualifiedName("", operator));
  }

  @Override
  public void close() {
    catalogs.close();
  }
}

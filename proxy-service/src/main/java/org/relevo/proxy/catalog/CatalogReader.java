package org.relevo.proxy.catalog;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.health.NodeLogin;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.sql.QualifiedName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection of the service's own to one database, and what is asked over it.
///
/// Owner: the database's worker, a virtual thread.
final class CatalogReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogReader.class);
  private static final String APPLICATION_NAME = "relevo catalog";
  private static final Duration LOGIN_LIMIT = Duration.ofSeconds(5);
  private static final int ANSWER_LIMIT_MS = 40_000;
  private static final int FETCH_ROWS = 2000;

  /// Of those that may have a megabyte.
  private static final int FETCH_LONG_ROWS = 16;

  /// What a look tells.
  ///
  /// @param entries what would be kept
  /// @param text differs when something was changed
  record Fingerprint(int entries, String text) {}

  private final NodeSettings node;
  private final Connection connection;
  private final int major;

  /// Settings that new sessions of other roles begin with as this one did.
  private final Set<String> ofAll = new HashSet<>();

  private CatalogReader(NodeSettings node, Connection connection) throws SQLException {
    this.node = node;
    this.connection = connection;
    this.major = connection.getMetaData().getDatabaseMajorVersion();
    connection.setNetworkTimeout(Runnable::run, ANSWER_LIMIT_MS);
    execute(CatalogQueries.PREPARE);
    each(CatalogQueries.OF_ALL, 0, row -> ofAll.add(row.getString(1)));
    connection.setAutoCommit(false); // else the driver does not stream
  }

  /// @param node with the database that is meant
  static CatalogReader open(NodeSettings node) throws SQLException {
    Connection connection = NodeLogin.openAsUsual(node, APPLICATION_NAME, LOGIN_LIMIT);
    try {
      return new CatalogReader(node, connection);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  NodeSettings node() {
    return node;
  }

  /// Whether the server is a standby now.
  boolean standby() throws SQLException {
    String answer = first("SELECT pg_catalog.pg_is_in_recovery()");
    connection.rollback();
    return answer.equals("t");
  }

  Fingerprint fingerprint() throws SQLException {
    begin();
    Fingerprint found = look();
    connection.rollback();
    return found;
  }

  /// @param table with its schema
  Optional<TableFacts> table(QualifiedName table) throws SQLException {
    begin();
    Optional<TableFacts> found = new TableReader(connection).read(table);
    connection.rollback();
    return found;
  }

  private void begin() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    connection.setReadOnly(true);
  }

  private Fingerprint look() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CatalogQueries.FINGERPRINT)) {
      if (!row.next()) {
        throw new SQLException("the fingerprint has no row");
      }
      long entries = row.getLong(1) + row.getLong(2) + row.getLong(3);
      return new Fingerprint((int) Math.min(entries, Integer.MAX_VALUE), row.getString(4));
    }
  }

  /// What is there, and the fingerprint of the same moment.
  record Loaded(Fingerprint fingerprint, @Nullable Rows rows) {}

  /// @param room for entries; nothing is read when there are more
  Loaded load(int room) throws SQLException {
    begin();
    Fingerprint fingerprint = look();
    if (fingerprint.entries() > room) {
      connection.rollback();
      return new Loaded(fingerprint, null);
    }
    Rows rows = new Rows();
    each(
        CatalogQueries.SCHEMAS,
        FETCH_ROWS,
        row ->
            rows.namespaces.add(
                new Rows.Namespace(oid(row, 1), row.getString(2), row.getBoolean(3))));
    each(CatalogQueries.STRING_TYPES, FETCH_ROWS, row -> rows.strings.add(oid(row, 1)));
    each(CatalogQueries.FUNCTIONS, FETCH_ROWS, row -> function(row, rows));
    each(
        CatalogQueries.OPERATORS,
        FETCH_ROWS,
        row ->
            rows.operators.add(
                new Rows.Op(oid(row, 1), row.getString(2), oid(row, 3), oid(row, 4))));
    each(
        CatalogQueries.RELATIONS,
        FETCH_ROWS,
        row ->
            rows.relations.add(
                new Rows.Rel(
                    oid(row, 1), row.getString(2), oid(row, 3), letter(row, 4), letter(row, 5))));
    each(
        CatalogQueries.RULES,
        FETCH_LONG_ROWS,
        row -> {
          String tree = row.getString(2);
          rows.rules.add(new Rows.Rule(oid(row, 1), tree == null ? null : NodeTree.of(tree)));
        });
    each(
        CatalogQueries.CHILDREN,
        FETCH_ROWS,
        row -> rows.children.add(new Rows.Child(oid(row, 1), oid(row, 2))));
    each(
        CatalogQueries.UNNAMED,
        FETCH_LONG_ROWS,
        row -> rows.unnamed.add(new Rows.Unnamed(row.getString(1), NodeTree.of(row.getString(2)))));
    bodies(rows);
    settings(rows.settings);
    connection.rollback();
    return new Loaded(fingerprint, rows);
  }

  private static void function(ResultSet row, Rows rows) throws SQLException {
    int oid = oid(row, 1);
    List<Integer> types = new ArrayList<>();
    for (String type : words(row.getString(8))) {
      types.add(Integer.parseUnsignedInt(type));
    }
    rows.functions.add(
        new Rows.Function(
            oid,
            row.getString(2),
            oid(row, 3),
            row.getInt(4),
            row.getBoolean(5),
            letter(row, 6),
            letter(row, 7),
            types,
            oid(row, 9)));
    String parts = row.getString(10);
    if (parts != null) {
      int[] functions =
          words(parts).stream()
              .mapToInt(Integer::parseUnsignedInt)
              .filter(part -> part != 0)
              .toArray();
      rows.aggregates.put(oid, NodeTree.calling(functions));
    }
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +", -1));
  }

  /// Only what may matter of a body is kept: names of functions that may write, and of relations.
  private void bodies(Rows rows) throws SQLException {
    int system =
        rows.namespaces.stream()
            .filter(schema -> schema.name().equals(BuiltIns.SCHEMA))
            .mapToInt(Rows.Namespace::oid)
            .findFirst()
            .orElse(0);
    Set<String> suspects = new HashSet<>();
    for (Rows.Function one : rows.functions) {
      boolean own = one.schema() == system;
      if (!own || one.volatility() == 'v' || BuiltIns.primaryOnly(one.name())) {
        suspects.add(one.name());
      }
    }
    Set<String> relations = new HashSet<>();
    rows.relations.forEach(relation -> relations.add(relation.name()));
    each(
        CatalogQueries.bodies(major),
        FETCH_LONG_ROWS,
        row -> {
          String text = row.getString(3);
          String tree = row.getString(4);
          rows.bodies.put(
              oid(row, 1),
              new Rows.Body(
                  text == null
                      ? BodyScan.Found.NOTHING
                      : BodyScan.in(text, suspects::contains, relations::contains),
                  tree == null ? NodeTree.EMPTY : NodeTree.of(tree),
                  row.getBoolean(2),
                  row.getBoolean(2) || (text != null && DefinitionScan.in(text))));
        });
  }

  private void settings(Map<String, RoleSetting> settings) throws SQLException {
    Map<String, Map<String, String>> byRole = new HashMap<>();
    Map<String, @Nullable String> others = new HashMap<>();
    each(
        CatalogQueries.RESET_VALUES,
        FETCH_ROWS,
        row -> {
          String name = row.getString(1);
          byRole.put(name, new HashMap<>());
          others.put(name, ofAll.contains(name) ? row.getString(2) : null);
        });
    each(
        CatalogQueries.ROLE_SETTINGS,
        FETCH_ROWS,
        row -> {
          String role = row.getString(1);
          String name = row.getString(2);
          if (role.isEmpty()) {
            others.put(name, row.getString(3));
          } else {
            byRole.getOrDefault(name, new HashMap<>()).put(role, row.getString(3));
          }
        });
    byRole.forEach((name, roles) -> settings.put(name, new RoleSetting(roles, others.get(name))));
  }

  private interface EachRow {
    void read(ResultSet row) throws SQLException;
  }

  private void each(String sql, int fetch, EachRow action) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(fetch);
      try (ResultSet row = statement.executeQuery(sql)) {
        while (row.next()) {
          action.read(row);
        }
      }
    }
  }

  private String first(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int oid(ResultSet row, int column) throws SQLException {
    return (int) row.getLong(column);
  }

  private static char letter(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    if (text == null || text.length() != 1) {
      throw new SQLException("not one letter: " + text);
    }
    return text.charAt(0);
  }

  @Override
  public void close() {
    try {
      // Not close(): that would wait for a server that may be frozen.
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("catalog.close node={} reason=\"{}\"", node.id(), e.getMessage());
    }
  }
}

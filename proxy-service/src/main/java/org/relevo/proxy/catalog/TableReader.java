package org.relevo.proxy.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.sql.QualifiedName;

/// Asks for [TableFacts]. Owner: the database's worker; used once.
final class TableReader {
  private static final String NEXTVAL = "nextval";

  private static final String COLUMNS =
      """
      SELECT c.oid::bigint, a.attname, a.attidentity, a.attgenerated, d.adbin::text
      FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE n.nspname = CAST(? AS name) AND c.relname = CAST(? AS name)
      ORDER BY a.attnum
      """;

  private static final String KEY =
      """
      SELECT a.attname
      FROM pg_constraint k
           CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY u(attnum, place)
           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
      WHERE k.conrelid = CAST(? AS bigint)::oid AND k.contype = 'p'
      ORDER BY u.place
      """;

  private static final String TRIGGERS =
      """
      SELECT t.tgname, n.nspname, p.proname, t.tgenabled IN ('O', 'A')
      FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
           JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE t.tgrelid = CAST(? AS bigint)::oid AND NOT t.tgisinternal
      ORDER BY t.tgname
      """;

  private static final String RULES =
      """
      SELECT EXISTS (SELECT FROM pg_rewrite
                     WHERE ev_class = CAST(? AS bigint)::oid AND ev_type <> '1')
      """;

  private static final String VOLATILITY =
      "SELECT provolatile, proname FROM pg_proc WHERE oid = CAST(? AS bigint)::oid";

  private final Connection connection;
  private final Map<Integer, TableFacts.Value> values = new HashMap<>();

  TableReader(Connection connection) {
    this.connection = connection;
  }

  private record Default(String column, char identity, char generated, String tree) {}

  /// @param table with its schema
  Optional<TableFacts> read(QualifiedName table) throws SQLException {
    List<Default> defaults = new ArrayList<>();
    long oid = 0;
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, table.schema());
      statement.setString(2, table.name());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          oid = row.getLong(1);
          String tree = row.getString(5);
          defaults.add(
              new Default(
                  row.getString(2),
                  letter(row.getString(3)),
                  letter(row.getString(4)),
                  tree == null ? "" : tree));
        }
      }
    }
    if (defaults.isEmpty()) {
      return Optional.empty();
    }
    List<TableFacts.Column> columns = new ArrayList<>();
    for (Default one : defaults) {
      columns.add(new TableFacts.Column(one.column(), value(one)));
    }
    List<String> key = new ArrayList<>();
    each(KEY, oid, row -> key.add(row.getString(1)));
    List<TableFacts.Trigger> triggers = new ArrayList<>();
    each(
        TRIGGERS,
        oid,
        row ->
            triggers.add(
                new TableFacts.Trigger(
                    row.getString(1),
                    new QualifiedName(row.getString(2), row.getString(3)),
                    row.getBoolean(4))));
    boolean[] rules = {false};
    each(RULES, oid, row -> rules[0] = row.getBoolean(1));
    return Optional.of(new TableFacts(columns, key, triggers, rules[0]));
  }

  private TableFacts.Value value(Default one) throws SQLException {
    if (one.identity() != ' ') {
      return TableFacts.Value.IDENTITY;
    }
    if (one.generated() != ' ') {
      return TableFacts.Value.GENERATED;
    }
    if (one.tree().isEmpty()) {
      return TableFacts.Value.NONE;
    }
    // CURRENT_TIMESTAMP, CURRENT_USER and their kin are no functions there.
    TableFacts.Value worst =
        one.tree().contains("SQLVALUEFUNCTION")
            ? TableFacts.Value.STABLE
            : TableFacts.Value.CONSTANT;
    for (int function : NodeTree.of(one.tree()).functions()) {
      TableFacts.Value next = value(function);
      worst = next.compareTo(worst) > 0 ? next : worst;
    }
    return worst;
  }

  private TableFacts.Value value(int function) throws SQLException {
    TableFacts.Value known = values.get(function);
    if (known != null) {
      return known;
    }
    TableFacts.Value[] found = {TableFacts.Value.VOLATILE};
    each(
        VOLATILITY,
        Integer.toUnsignedLong(function),
        row ->
            found[0] =
                row.getString(2).equals(NEXTVAL)
                    ? TableFacts.Value.SEQUENCE
                    : switch (letter(row.getString(1))) {
                      case 'i' -> TableFacts.Value.CONSTANT;
                      case 's' -> TableFacts.Value.STABLE;
                      default -> TableFacts.Value.VOLATILE;
                    });
    values.put(function, found[0]);
    return found[0];
  }

  private static char letter(String text) {
    return text.isEmpty() ? ' ' : text.charAt(0);
  }

  private interface EachRow {
    void read(ResultSet row) throws SQLException;
  }

  private void each(String sql, long oid, EachRow action) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          action.read(row);
        }
      }
    }
  }
}

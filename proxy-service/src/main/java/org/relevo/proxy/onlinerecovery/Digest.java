package org.relevo.proxy.onlinerecovery;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.health.NodeSettings;

/// Compares samples of the largest tables of two nodes that stand at the same position. Queries and
/// connections are made ready before clients wait; the comparison itself takes milliseconds.
///
/// Owner: the recovery's thread.
final class Digest implements AutoCloseable {
  private static final int MOST_DATABASES = 4;
  private static final int MOST_TABLES = 4;
  private static final int SAMPLE_ROWS = 200;

  /// @param main and `target` are connected to the same database
  private record Pair(String database, Connection main, Connection target, List<String> tables) {}

  private final List<Pair> pairs = new ArrayList<>();

  /// @param source the main node
  static Digest open(NodeSettings source, NodeSettings target)
      throws SQLException, RecoveryFailure {
    Digest digest = new Digest();
    try {
      for (String database : databases(source)) {
        Connection main = RecoverySource.connect(source.inDatabase(database));
        digest.pairs.add(new Pair(database, main, main, List.of()));
        Connection other = RecoverySource.connect(target.inDatabase(database));
        digest.pairs.set(digest.pairs.size() - 1, new Pair(database, main, other, tables(main)));
      }
      return digest;
    } catch (SQLException | RecoveryFailure e) {
      digest.close();
      throw e;
    }
  }

  private static List<String> databases(NodeSettings source) throws SQLException, RecoveryFailure {
    try (Connection connection = RecoverySource.connect(source)) {
      return texts(
          connection,
          "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
              + " ORDER BY pg_database_size(oid) DESC LIMIT "
              + MOST_DATABASES);
    }
  }

  private static List<String> tables(Connection main) throws SQLException {
    return texts(
        main,
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.relkind = 'r' AND c.relpersistence = 'p'"
            + " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            + " ORDER BY pg_relation_size(c.oid) DESC LIMIT "
            + MOST_TABLES);
  }

  /// @return how much was compared, for people
  String compare() throws SQLException, RecoveryFailure {
    int tables = 0;
    for (Pair pair : pairs) {
      for (String table : pair.tables()) {
        String query =
            """
            SELECT count(*) || ' rows, ' || coalesce(sum(hashtext(sampled::text)::bigint), 0)
            FROM (SELECT * FROM %s TABLESAMPLE SYSTEM (1) REPEATABLE (1) LIMIT %d) sampled
            """
                .formatted(table, SAMPLE_ROWS);
        String here = texts(pair.main(), query).getFirst();
        String there = texts(pair.target(), query).getFirst();
        if (!here.equals(there)) {
          throw new RecoveryFailure(
              "samples of %s in database %s differ: %s and %s; the node stays out"
                  .formatted(table, pair.database(), here, there));
        }
        tables++;
      }
    }
    return "samples of %d tables are equal".formatted(tables);
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        texts.add(String.valueOf(row.getString(1)));
      }
    }
    return texts;
  }

  @Override
  public void close() {
    for (Pair pair : pairs) {
      Endings.close(pair.main());
      Endings.close(pair.target());
    }
    pairs.clear();
  }
}

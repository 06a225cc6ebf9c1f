package org.relevo.proxy.fanout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.relevo.proxy.determinism.Facts;
import org.relevo.proxy.determinism.TableShape;
import org.relevo.proxy.sql.QualifiedName;

/// What the session's own main connection says of tables and functions, so names mean what they
/// mean to the session and what it has just made is seen. Answers hold until a definition or a
/// setting changes.
///
/// Owner: the session's thread.
final class FactsDesk implements Facts {
  private static final String TABLE =
      """
      WITH RECURSIVE t(oid) AS (SELECT pg_catalog.to_regclass($1)::pg_catalog.oid),
      reach(oid) AS (
        SELECT oid FROM t
        UNION
        SELECT x.oid FROM reach r CROSS JOIN LATERAL (
          SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = r.oid
          UNION ALL
          SELECT k.conrelid FROM pg_catalog.pg_constraint k
          WHERE k.contype = 'f' AND k.confrelid = r.oid
                AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))) x(oid))
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind, c.relpersistence,
             a.attname, a.attidentity, a.attgenerated,
             coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), ''),
             CASE WHEN a.attidentity = '' THEN ''
                  ELSE coalesce(pg_catalog.pg_get_serial_sequence(
                    pg_catalog.format('%I.%I', n.nspname, c.relname), a.attname), '') END,
             coalesce(pg_catalog.array_position(
               (SELECT k.conkey FROM pg_catalog.pg_constraint k
                WHERE k.conrelid = c.oid AND k.contype = 'p'), a.attnum), 0),
             EXISTS (SELECT FROM reach r JOIN pg_catalog.pg_trigger g ON g.tgrelid = r.oid
                     WHERE NOT g.tgisinternal AND g.tgenabled <> 'D')
             OR EXISTS (SELECT FROM reach r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
                        WHERE w.ev_type <> '1')
      FROM t JOIN pg_catalog.pg_class c ON c.oid = t.oid
           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
           JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
                AND a.attnum > 0 AND NOT a.attisdropped
           LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      ORDER BY a.attnum\
      """;

  private static final String FUNCTION =
      """
      SELECT CASE WHEN pg_catalog.count(*) = 0 THEN 'u'
                  WHEN bool_or(n.nspname <> 'pg_catalog' AND p.provolatile = 'v') THEN 'u'
                  WHEN bool_or(p.provolatile = 'v') THEN 'v'
                  WHEN bool_or(p.provolatile = 's') THEN 's' ELSE 'i' END
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.proname = $1 AND ($2 = '' OR n.nspname = $2)\
      """;

  private final Supplier<NodeLink> main;
  private final AtomicLong definitions;
  private final Map<QualifiedName, Optional<TableShape>> tables = new HashMap<>();
  private final Map<QualifiedName, Function> functions = new HashMap<>();
  private final Set<String> temporaries = new HashSet<>();
  private long known;

  /// @param main the connection that answers
  /// @param definitions counts changes of definitions
  FactsDesk(Supplier<NodeLink> main, AtomicLong definitions) {
    this.main = main;
    this.definitions = definitions;
    this.known = definitions.get();
  }

  /// What plans are made of; changes when an answer may.
  long version() {
    long now = definitions.get();
    if (now != known) {
      known = now;
      tables.clear();
      functions.clear();
    }
    return now;
  }

  /// A setting, or a definition, may have changed for this session.
  void forget() {
    tables.clear();
    functions.clear();
  }

  void madeTemporary(QualifiedName name) {
    temporaries.add(name.name());
  }

  @Override
  public boolean temporary(QualifiedName name) {
    return temporaries.contains(name.name()) || name.schema().startsWith("pg_temp");
  }

  @Override
  public Optional<TableShape> table(QualifiedName name) throws IOException {
    long _ = version();
    Optional<TableShape> found = tables.get(name);
    if (found == null) {
      found = shape(name);
      if (tables.size() >= FanoutLimits.MAX_NAMES) {
        tables.clear();
      }
      tables.put(name, found);
    }
    return found;
  }

  private Optional<TableShape> shape(QualifiedName name) throws IOException {
    String written =
        name.qualified()
            ? Quote.name(name.schema()) + "." + Quote.name(name.name())
            : Quote.name(name.name());
    List<String> column = new ArrayList<>();
    List<TableShape.Column> columns = new ArrayList<>();
    TreeMap<Integer, String> key = new TreeMap<>();
    for (List<String> row : Ask.rows(main.get(), TABLE, List.of(written))) {
      column = row;
      columns.add(TableShape.Column.of(row.get(3), row.get(4), row.get(5), row.get(6), row.get(7)));
      int place = Integer.parseInt(row.get(8));
      if (place > 0) {
        key.put(place, row.get(3));
      }
    }
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new TableShape(
            column.get(0),
            column.get(1).charAt(0),
            column.get(2).equals("t"),
            columns,
            List.copyOf(key.values()),
            column.get(9).equals("t")));
  }

  @Override
  public Function function(QualifiedName name) throws IOException {
    long _ = version();
    Function found = functions.get(name);
    if (found == null) {
      List<List<String>> rows = Ask.rows(main.get(), FUNCTION, List.of(name.name(), name.schema()));
      String kind = rows.isEmpty() ? "u" : rows.getFirst().getFirst();
      found =
          switch (kind) {
            case "i" -> Function.IMMUTABLE;
            case "s" -> Function.STABLE;
            case "v" -> Function.VOLATILE;
            default -> Function.UNKNOWN;
          };
      if (functions.size() >= FanoutLimits.MAX_NAMES) {
        functions.clear();
      }
      functions.put(name, found);
    }
    return found;
  }

  /// Bytes as they go to a server.
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

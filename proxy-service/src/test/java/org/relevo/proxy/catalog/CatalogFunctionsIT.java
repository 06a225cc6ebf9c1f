package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.catalog.CatalogLab.call;
import static org.relevo.proxy.catalog.CatalogLab.effect;
import static org.relevo.proxy.catalog.CatalogLab.effectOf;
import static org.relevo.proxy.catalog.CatalogLab.operator;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.testkit.LabServer;

/// What functions and operators of a real server do.
class CatalogFunctionsIT {
  @TempDir private static Path folder;

  private static LabServer primary;
  private static LabServer standby;
  private static Connection connection;
  private static CatalogLab lab;

  @BeforeAll
  static void start() throws Exception {
    primary = LabServer.primary(folder, "primary", Map.of());
    standby = LabServer.standby(folder, "standby", primary);
    connection = CatalogLab.connect(primary.port());
    CatalogLab.run(
        connection,
        "CREATE SCHEMA one",
        "CREATE SCHEMA two",
        "CREATE SCHEMA shut",
        "CREATE SCHEMA app",
        "CREATE SEQUENCE seq",
        "GRANT USAGE ON SCHEMA one, two, app TO PUBLIC",
        // Fifth hole: a volatile function that shares a name with a built-in one.
        "CREATE FUNCTION one.lower(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE FUNCTION public.upper(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE FUNCTION public.initcap(text) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'",
        "CREATE FUNCTION one.f(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1'",
        "CREATE FUNCTION two.f(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE FUNCTION shut.f(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1'",
        "CREATE FUNCTION app.f(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE FUNCTION one.o(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1'",
        "CREATE FUNCTION one.o(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE FUNCTION one.d(int, int DEFAULT 2) RETURNS int LANGUAGE sql VOLATILE"
            + " AS 'SELECT $1'",
        "CREATE FUNCTION one.d() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'",
        "CREATE FUNCTION one.v(VARIADIC int[]) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'",
        "CREATE FUNCTION one.hidden() RETURNS bigint LANGUAGE sql STABLE"
            + " AS $$SELECT nextval('public.seq')$$",
        "CREATE FUNCTION one.deeper() RETURNS bigint LANGUAGE plpgsql STABLE"
            + " AS $$BEGIN RETURN one.\"hidden\" (); END$$",
        "CREATE FUNCTION one.dynamic() RETURNS bigint LANGUAGE plpgsql STABLE"
            + " AS $$DECLARE r bigint; BEGIN EXECUTE 'SELECT nextval(''seq'')' INTO r;"
            + " RETURN r; END$$",
        "CREATE FUNCTION one.honest() RETURNS float LANGUAGE plpgsql STABLE"
            + " AS $$BEGIN RETURN random() + length(lower('A')); END$$",
        "CREATE FUNCTION one.step(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE AGGREGATE one.total(int) (SFUNC = one.step, STYPE = int)",
        "CREATE AGGREGATE one.plain(int) (SFUNC = int4pl, STYPE = int)",
        "CREATE PROCEDURE one.p() LANGUAGE sql AS 'SELECT 1'",
        "CREATE OPERATOR one.<#> (FUNCTION = two.f, RIGHTARG = int)",
        "CREATE OPERATOR one.<##> (FUNCTION = one.f, RIGHTARG = int)");
    lab = new CatalogLab(CatalogLab.SELDOM, primary.port());
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
    connection.close();
    standby.close();
    primary.close();
  }

  /// Every function of the server, by the volatility that it has there.
  @Test
  void builtInFunctionsAreJudgedByTheirVolatility() throws SQLException {
    Catalog catalog = lab.of("postgres", "public");
    List<String> wrong = new ArrayList<>();
    TreeSet<String> stricter = new TreeSet<>();
    int asked = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT f.proname, f.pronargs, bool_or(g.provolatile = 'v')
                FROM (SELECT DISTINCT proname, pronargs FROM pg_proc
                      WHERE pronamespace = 'pg_catalog'::regnamespace
                            AND prorettype NOT IN ('trigger'::regtype,
                                                   'event_trigger'::regtype)) f
                     JOIN pg_proc g
                     ON g.proname = f.proname AND g.pronamespace = 'pg_catalog'::regnamespace
                        AND f.pronargs >= g.pronargs - g.pronargdefaults
                        AND (f.pronargs <= g.pronargs OR g.provariadic <> 0)
                GROUP BY 1, 2
                """)) {
      while (row.next()) {
        asked++;
        String name = row.getString(1);
        Effect expected = row.getBoolean(3) ? Effect.WRITES : Effect.READS;
        Effect qualified = catalog.effect(call("pg_catalog." + name, row.getInt(2)));
        // Of the two that have an overload in public the other test tells.
        Effect plain =
            name.equals("upper") || name.equals("initcap")
                ? qualified
                : catalog.effect(call(name, row.getInt(2)));
        if (qualified == Effect.WRITES && expected == Effect.READS && plain == qualified) {
          stricter.add(name);
        } else if (qualified != expected || plain != expected) {
          wrong.add(name + "/" + row.getInt(2) + " " + qualified + " " + plain);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).isGreaterThan(2000);
    assertThat(stricter)
        .contains("txid_current", "pg_current_xact_id", "pg_walfile_name", "current_setting")
        .allMatch(name -> BuiltIns.primaryOnly(name) || name.equals("current_setting"));
  }

  /// Sixth and seventh hole: what is declared otherwise, or is written by calling it.
  @Test
  void functionsOfThePrimaryAreWrites() {
    Catalog catalog = lab.of("postgres", "public");
    for (String name :
        List.of(
            "txid_current/0",
            "pg_current_xact_id/0",
            "nextval/1",
            "setval/2",
            "setval/3",
            "currval/1",
            "lastval/0",
            "pg_export_snapshot/0",
            "pg_current_wal_lsn/0",
            "pg_current_wal_insert_lsn/0",
            "pg_current_wal_flush_lsn/0",
            "pg_walfile_name/1",
            "pg_is_in_recovery/0",
            "lo_create/1",
            "lo_get/1",
            "lo_put/3",
            "lo_unlink/1",
            "loread/2",
            "pg_advisory_lock/1",
            "pg_advisory_xact_lock/2",
            "pg_try_advisory_lock/1",
            "pg_advisory_unlock/1",
            "pg_notify/2",
            "set_config/3",
            "random/0",
            "pg_stat_get_db_numbackends/1",
            "pg_logical_slot_get_changes/3",
            "pg_terminate_backend/1")) {
      String[] parts = name.split("/", -1);
      assertThat(effect(catalog, parts[0], Integer.parseInt(parts[1])))
          .as(name)
          .isEqualTo(Effect.WRITES);
    }
  }

  /// What is called a read runs on a standby.
  @Test
  void readsRunOnAStandby() throws SQLException {
    Catalog catalog = lab.of("postgres", "public");
    List<String> failed = new ArrayList<>();
    int ran = 0;
    try (Connection there = CatalogLab.connect(standby.port());
        Statement names = connection.createStatement();
        ResultSet row =
            names.executeQuery(
                """
                SELECT DISTINCT p.oid::regproc::text, p.proname
                FROM pg_proc p JOIN pg_type t ON t.oid = p.prorettype
                WHERE pronargs - pronargdefaults = 0 AND prokind = 'f'
                      AND pronamespace = 'pg_catalog'::regnamespace
                      AND (t.typtype <> 'p' OR t.typname = 'record')
                """)) {
      while (row.next()) {
        if (effect(catalog, "pg_catalog." + row.getString(2), 0) == Effect.READS) {
          ran++;
          try (Statement statement = there.createStatement()) {
            statement.execute("SELECT * FROM " + row.getString(1) + "()");
          } catch (SQLException e) {
            if (e.getSQLState().equals("25006") || e.getSQLState().equals("55000")) {
              failed.add(row.getString(1) + ": " + e.getMessage());
            }
          }
        }
      }
      assertThat(failed).isEmpty();
      assertThat(ran).isGreaterThan(20);
      // The check can fail.
      assertThat(sqlState(there, "SELECT txid_current()")).isEqualTo("25006");
      assertThat(sqlState(there, "SELECT pg_walfile_name('0/0')")).isEqualTo("55000");
    }
  }

  private static String sqlState(Connection there, String sql) {
    try (Statement statement = there.createStatement()) {
      statement.execute(sql);
      return "";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  /// Tenth hole: only a function that the call may mean counts.
  @Test
  void aBareNameMeansWhatTheSearchPathFinds() {
    Catalog usual = lab.of("postgres", "\"$user\", public");
    assertThat(effect(usual, "lower", 1)).isEqualTo(Effect.READS);
    assertThat(effect(usual, "one.lower", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(usual, "pg_catalog.lower", 1)).isEqualTo(Effect.READS);
    Catalog one = lab.of("postgres", "one, public");
    assertThat(effect(one, "lower", 1)).isEqualTo(Effect.WRITES);
    assertThat(effectOf(one, "lower", "ABC")).isEqualTo(Effect.READS);
    assertThat(effectOf(one, "lower", "5")).isEqualTo(Effect.WRITES);
    assertThat(effectOf(one, "lower", "TRUE")).isEqualTo(Effect.WRITES);
    // The built-in one of the same signature comes first.
    assertThat(effect(usual, "initcap", 1)).isEqualTo(Effect.READS);
    assertThat(effect(lab.of("postgres", "public, pg_catalog"), "initcap", 1))
        .isEqualTo(Effect.WRITES);
    assertThat(effect(usual, "upper", 1)).isEqualTo(Effect.WRITES);
    assertThat(effectOf(usual, "upper", "abc")).isEqualTo(Effect.READS);
  }

  @Test
  void schemasAreSearchedInTheirOrder() {
    assertThat(effect(lab.of("postgres", "one, two"), "f", 1)).isEqualTo(Effect.READS);
    assertThat(effect(lab.of("postgres", "two, one"), "f", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(lab.of("postgres", "nowhere, one"), "f", 1)).isEqualTo(Effect.READS);
    assertThat(effect(lab.of("postgres", "public"), "f", 1)).isEqualTo(Effect.UNKNOWN);
    assertThat(effect(lab.of("app", "\"$user\", one"), "f", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(lab.of("other", "\"$user\", one"), "f", 1)).isEqualTo(Effect.READS);
    // A role that may not use the first schema gets the second one's function.
    assertThat(effect(lab.of("postgres", "shut, two"), "f", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(lab.of("postgres", "shut, one"), "f", 1)).isEqualTo(Effect.READS);
    // The server refuses this one, so nothing is known of it.
    assertThat(effect(lab.of("postgres", "one,,two"), "f", 1)).isEqualTo(Effect.UNKNOWN);
    assertThat(effect(lab.of("postgres", "one,,two"), "one.f", 1)).isEqualTo(Effect.READS);
  }

  @Test
  void overloadsAreToldApartByTheirArguments() {
    Catalog one = lab.of("postgres", "one");
    assertThat(effect(one, "o", 1)).isEqualTo(Effect.READS);
    assertThat(effect(one, "o", 2)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "o", 3)).isEqualTo(Effect.UNKNOWN);
    assertThat(effect(one, "d", 0)).isEqualTo(Effect.READS);
    assertThat(effect(one, "d", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "v", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "v", 9)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "count", -1)).isEqualTo(Effect.READS);
    assertThat(effect(one, "p", 0)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "missing", 0)).isEqualTo(Effect.UNKNOWN);
  }

  @Test
  void aStableFunctionThatCallsAWriteIsOne() {
    Catalog one = lab.of("postgres", "one");
    assertThat(effect(one, "hidden", 0)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "deeper", 0)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "dynamic", 0)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "honest", 0)).isEqualTo(Effect.READS);
    assertThat(effect(one, "total", 1)).isEqualTo(Effect.WRITES);
    assertThat(effect(one, "plain", 1)).isEqualTo(Effect.READS);
  }

  @Test
  void operatorsDoWhatTheirFunctionsDo() {
    Catalog one = lab.of("postgres", "one");
    assertThat(operator(one, "<#>")).isEqualTo(Effect.WRITES);
    assertThat(operator(one, "<##>")).isEqualTo(Effect.READS);
    assertThat(operator(one, "||")).isEqualTo(Effect.READS);
    assertThat(operator(lab.of("postgres", "two"), "<#>")).isEqualTo(Effect.UNKNOWN);
  }

  @Test
  void settingsThatNodesShareAreReads() {
    Catalog catalog = lab.of("postgres", "public");
    assertThat(effectOf(catalog, "current_setting", "app.tenant")).isEqualTo(Effect.READS);
    assertThat(effectOf(catalog, "current_setting", "Transaction_Read_Only"))
        .isEqualTo(Effect.WRITES);
    assertThat(effectOf(catalog, "current_setting", "")).isEqualTo(Effect.WRITES);
    assertThat(effectOf(catalog, "current_setting", "app.tenant", "true")).isEqualTo(Effect.READS);
  }
}

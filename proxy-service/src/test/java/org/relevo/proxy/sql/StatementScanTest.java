package org.relevo.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.relevo.proxy.sql.StatementScan.BEGINS;
import static org.relevo.proxy.sql.StatementScan.DDL;
import static org.relevo.proxy.sql.StatementScan.DEALLOCATES_ALL;
import static org.relevo.proxy.sql.StatementScan.DOES;
import static org.relevo.proxy.sql.StatementScan.HOLDS;
import static org.relevo.proxy.sql.StatementScan.LISTENS;
import static org.relevo.proxy.sql.StatementScan.SESSION_LOCK;
import static org.relevo.proxy.sql.StatementScan.SETS;
import static org.relevo.proxy.sql.StatementScan.SETS_UNNAMED;
import static org.relevo.proxy.sql.StatementScan.SHARED_DDL;
import static org.relevo.proxy.sql.StatementScan.SQL_PREPARED;
import static org.relevo.proxy.sql.StatementScan.TEMPORARY;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StatementScanTest {
  private static final StatementScan SCAN = new StatementScan();

  @ParameterizedTest
  @MethodSource({"settings", "temporary", "others", "explained", "lexical"})
  void aTextHasItsTraits(String sql, int traits) {
    assertThat(scan(sql, true)).isEqualTo(traits);
    assertThat(scan(sql.toUpperCase(java.util.Locale.ROOT), true)).isEqualTo(traits);
    assertThat(scan("SELECT 1;" + sql + ";SELECT 2", true)).isEqualTo(traits);
    assertThat(scan("/* a /* b */ c */\n-- d\n" + sql, true)).isEqualTo(traits);
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        arguments("set work_mem = '1MB'", SETS),
        arguments("set session work_mem to 1", SETS),
        arguments("set local work_mem = 1", 0),
        arguments("set local.mine = 1", SETS),
        arguments("set transaction isolation level serializable", 0),
        arguments("set session characteristics as transaction read only", SETS),
        arguments("set session authorization ana", SETS),
        arguments("set constraints all deferred", 0),
        arguments("set time zone local", SETS),
        arguments("set \"local\" = 1", SETS),
        arguments("reset work_mem", SETS),
        arguments("reset all", SETS),
        arguments("discard all", SETS | DEALLOCATES_ALL),
        arguments("discard plans", SETS),
        arguments("update t set a = 1", 0),
        arguments("alter role ana set work_mem = 1", DDL | SHARED_DDL),
        arguments("select set_config('a.b', 'c', false)", SETS),
        arguments("select pg_catalog.set_config('a.b', 'c', false)", SETS),
        arguments("select \"set_config\"('a.b', 'c', false)", SETS),
        arguments("select \"pg_catalog\" . \"set_config\" ('a.b', 'c', false)", SETS),
        arguments("select set_config/**/('a.b', 'c', false)", SETS),
        arguments("select set_config -- why\n ('a.b', 'c', false)", SETS),
        arguments("select set_config from t", 0),
        arguments("select 'set_config('", 0),
        arguments("select my_set_config(1), set_configs(2), set_config$(3)", 0));
  }

  static Stream<Arguments> temporary() {
    return Stream.of(
        arguments("do 'begin create table t (a int); end'", DOES),
        arguments("do language plpgsql $$begin perform f(); end$$", DOES),
        arguments("insert into t values (1) on conflict do nothing", 0),
        arguments("create temp table t (a int)", DDL | TEMPORARY),
        arguments("create temporary table t (a int) on commit delete rows", DDL | TEMPORARY),
        arguments("create temp table t (a int) on commit drop", DDL),
        arguments("create temp table t on commit drop as select 1", DDL),
        arguments("create local temporary table t (a int)", DDL | TEMPORARY),
        arguments("create global temp table t (a int)", DDL | TEMPORARY),
        arguments("create or replace temp view v as select 1", DDL | TEMPORARY),
        arguments("create temp sequence s", DDL | TEMPORARY),
        arguments("create table pg_temp.t (a int)", DDL | TEMPORARY),
        arguments("create table if not exists \"pg_temp\".t (a int)", DDL | TEMPORARY),
        arguments("create or replace function pg_temp.f() returns int", DDL | TEMPORARY),
        arguments("create temp table t (a int); drop table t", DDL | TEMPORARY),
        arguments(
            "create temp table t (a int) on commit drop; create temp table u ()", DDL | TEMPORARY),
        arguments("create table temp (a int)", DDL),
        arguments("create table weather (temp int)", DDL),
        arguments("create unlogged table temp (a int)", DDL),
        arguments("create index temp on t (a)", DDL),
        arguments("create table t as select * from pg_temp.u", DDL),
        arguments("create table t (a int) on commit drop", DDL),
        arguments("select 1 into temp t", TEMPORARY),
        arguments("select 1 into temporary table t from u", TEMPORARY),
        arguments("with a as (select 1) select * into temp t from a", TEMPORARY),
        arguments("select 1 into t", 0),
        arguments("insert into temp values (1)", 0),
        arguments("with a as (select 1) insert into temp select * from a", 0),
        arguments("merge into temp using t on true when matched then do nothing", 0),
        arguments("select temp from temp", 0),
        arguments("drop table temp", DDL));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        arguments("", 0),
        arguments(" \n\t;;", 0),
        arguments("select 1", 0),
        arguments("listen channel", LISTENS),
        arguments("unlisten *", 0),
        arguments("notify listen", 0),
        arguments("begin", BEGINS),
        arguments("start transaction read only", BEGINS),
        arguments("commit and chain", 0),
        arguments("declare c cursor with hold for select 1", HOLDS),
        arguments("declare c cursor without hold for select 1", 0),
        arguments("declare c cursor for select hold from t", 0),
        arguments("select pg_advisory_lock(1)", SESSION_LOCK),
        arguments("select pg_try_advisory_lock(1, 2)", SESSION_LOCK),
        arguments("select pg_advisory_lock_shared(1)", SESSION_LOCK),
        arguments("select a from t where pg_catalog.pg_try_advisory_lock_shared (a)", SESSION_LOCK),
        arguments("select \"pg_advisory_lock\"(1)", SESSION_LOCK),
        arguments("select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2)", 0),
        arguments("select pg_advisory_unlock(1)", 0),
        arguments("prepare p as select 1", SQL_PREPARED),
        arguments("prepare transaction 'x'", 0),
        arguments("commit prepared 'x'", 0),
        arguments("execute p(1)", SQL_PREPARED),
        arguments("create table t as execute p", DDL | SQL_PREPARED),
        arguments("create trigger g after insert on t execute function f()", DDL),
        arguments("create trigger g after insert on t execute procedure f()", DDL),
        arguments("create table t (execute int)", DDL),
        arguments("grant execute on function f to ana", 0),
        arguments("deallocate p", SQL_PREPARED),
        arguments("deallocate prepare p", SQL_PREPARED),
        arguments("deallocate prepare temp", SQL_PREPARED),
        arguments("deallocate all", SETS | DEALLOCATES_ALL),
        arguments("deallocate prepare all", SETS | DEALLOCATES_ALL),
        arguments("deallocate \"all\"", SQL_PREPARED),
        arguments("alter table t add b int", DDL),
        arguments("drop table t", DDL),
        arguments("begin; set work_mem = 1; listen x", BEGINS | SETS | LISTENS));
  }

  static Stream<Arguments> explained() {
    return Stream.of(
        arguments("explain execute p", SQL_PREPARED),
        arguments("explain analyze verbose execute p", SQL_PREPARED),
        arguments("explain (analyze, buffers off) execute p", SQL_PREPARED),
        arguments("explain /* ( */ (analyze) -- )\n execute p", SQL_PREPARED),
        arguments("explain select execute from t", 0),
        arguments("explain select 1", 0),
        arguments("explain analyze create temp table t as select 1", DDL | TEMPORARY),
        arguments("explain analyze select 1 into temp t", TEMPORARY),
        arguments("explain analyze (select set_config('a.b', '1', false))", SETS),
        arguments("explain (analyze) select 1; listen a", LISTENS),
        arguments("analyze t", 0));
  }

  static Stream<Arguments> lexical() {
    return Stream.of(
        arguments("-- listen a\nselect 1", 0),
        arguments("/* ; listen a */ select 1", 0),
        arguments("/* /* */ ; listen a */ select 1", 0),
        arguments("/* a */ listen a", LISTENS),
        arguments("select 1 */* b */ 2; listen a", LISTENS),
        arguments("select 1 - -1; listen a", LISTENS),
        arguments("select '; listen a'", 0),
        arguments("select 'it''s; listen a'", 0),
        arguments("select '\\'; listen a", LISTENS),
        arguments("select e'\\'; listen a'", 0),
        arguments("select e'\\\\'; listen a", LISTENS),
        arguments("select e'a'\n'b\\'; listen a'", 0),
        arguments("select e'a' -- c\n  'b\\'; listen a'", 0),
        arguments("select b'1'; listen a", LISTENS),
        arguments("select n'\\'; listen a", LISTENS),
        arguments("select u&'\\'; listen a", LISTENS),
        arguments("select date'2020-01-01'; listen a", LISTENS),
        arguments("select \"a;\"\"; listen b\"", 0),
        arguments("select $$; listen a$$", 0),
        arguments("select $b$; listen a $$ $c$ $b$", 0),
        arguments("select $b$ $bb$ $ $b$; listen a", LISTENS),
        arguments("select $1, $2; listen a", LISTENS),
        arguments("select a$b$; listen a", LISTENS),
        arguments("select 1e5, 12; listen a", LISTENS),
        arguments("select listening, relisten, _listen; listen_a", 0),
        arguments("größe; listen a", LISTENS),
        arguments("listenö", 0));
  }

  @Test
  void withoutStandardStringsABackslashTakesTheQuote() {
    assertThat(scan("SELECT '\\'; LISTEN a'", false)).isZero();
    assertThat(scan("SELECT n'\\'; LISTEN a'", false)).isZero();
    assertThat(scan("SELECT '\\\\'; LISTEN a", false)).isEqualTo(LISTENS);
    assertThat(scan("SELECT x'\\'; LISTEN a", false)).isEqualTo(LISTENS);
    assertThat(scan("SELECT \"\\\"; LISTEN a", false)).isEqualTo(LISTENS);
  }

  @ParameterizedTest
  @MethodSource("unterminated")
  void whatHasNoEndHidesTheRest(String sql) {
    assertThat(scan(sql + " ; LISTEN a", true)).isZero();
    assertThat(scan(sql, true)).isZero();
    assertThat(scan(sql, false)).isZero();
  }

  static Stream<Arguments> unterminated() {
    return Stream.of(
            "SELECT 'a",
            "SELECT E'a\\'",
            "SELECT \"a",
            "SELECT /* /* */",
            "SELECT $a$ $a",
            "--",
            "SELECT $$ $",
            "SELECT 'a''",
            "SELECT E'a'\n'")
        .map(Arguments::arguments);
  }

  @Test
  void onlyTheGivenLengthIsRead() {
    byte[] text = "SELECT 1; LISTEN a".getBytes(StandardCharsets.US_ASCII);
    for (int length = 0; length < text.length; length++) {
      int expected = length >= "SELECT 1; LISTEN".length() ? LISTENS : 0;
      assertThat(SCAN.scan(text, length, true)).isEqualTo(expected);
    }
  }

  @Test
  void aScanForgetsTheOneBefore() {
    assertThat(scan("CREATE TEMP TABLE t (", true)).isEqualTo(DDL | TEMPORARY);
    assertThat(scan("EXPLAIN (", true)).isZero();
    assertThat(scan("SELECT 1 ON COMMIT DROP", true)).isZero();
    assertThat(scan("LISTEN a", true)).isEqualTo(LISTENS);
  }

  @Test
  void noBytesBreakIt() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    String[] pieces = {
      "'",
      "\"",
      "$",
      "$$",
      "$a$",
      "/*",
      "*/",
      "--",
      "\n",
      ";",
      "\\",
      "E'",
      "(",
      ")",
      " ",
      "set",
      "explain",
      "create",
      "temp",
      "set_config",
      "\0",
      "ü",
      "1",
      "deallocate",
      "-",
      "/",
      "*"
    };
    for (int round = 0; round < 20_000; round++) {
      StringBuilder sql = new StringBuilder();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        sql.append(pieces[random.nextInt(pieces.length)]);
      }
      int traits = scan(sql.toString(), random.nextBoolean());
      assertThat(
              traits
                  & ~(SETS
                      | SETS_UNNAMED
                      | TEMPORARY
                      | DDL
                      | SHARED_DDL
                      | SQL_PREPARED
                      | DEALLOCATES_ALL))
          .as("seed %d: %s", seed, sql)
          .isZero();
    }
  }

  private static int scan(String sql, boolean standardStrings) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    return SCAN.scan(text, text.length, standardStrings);
  }
}

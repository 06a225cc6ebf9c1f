package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleCommandsTest {
  private static ConsoleCommand one(String sql) {
    List<List<SqlTokens.Token>> statements = SqlTokens.statements(sql);
    assertThat(statements).hasSize(1);
    return ConsoleCommands.parse(statements.getFirst());
  }

  private static ConsoleException refused(String sql) {
    return catchThrowableOfType(ConsoleException.class, () -> one(sql));
  }

  @ParameterizedTest
  @EnumSource
  void everyTableHasItsShowInAnyCaseWithCommentsAndSemicolon(ShowTable table) {
    ConsoleCommand expected = new ConsoleCommand.Show(table, Map.of(), OptionalInt.empty());
    assertThat(one("SHOW " + table.name())).isEqualTo(expected);
    assertThat(one(" /* a /* b */ */ show\n\t" + table.keyword() + " ; -- end"))
        .isEqualTo(expected);
  }

  @Test
  void rowsCanBeChosen() {
    assertThat(one("show clients where user = 'a''b' and port=5 limit 10"))
        .isEqualTo(
            new ConsoleCommand.Show(
                ShowTable.CLIENTS, Map.of("user", "a'b", "port", "5"), OptionalInt.of(10)));
    assertThat(refused("show clients where colour = 'red'").error().sqlState()).isEqualTo("42703");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PAUSE | PAUSE | ''",
        "pause shop; | PAUSE | shop",
        "pause Shop | PAUSE | shop",
        "pause \"Shop \"\"x\" | PAUSE | Shop \"x",
        "resume 'Shop' | RESUME | Shop",
        "reconnect | RECONNECT | ''",
        "RELOAD | RELOAD | ''",
        "kill shop | KILL | shop",
        "kill | KILL | ''",
        "kill client 17 | KILL_CLIENT | 17",
        "kill_client '17' | KILL_CLIENT | 17",
        "disable shop | DISABLE | shop",
        "enable shop | ENABLE | shop",
        "wait_close | WAIT_CLOSE | ''",
      })
  void actsAreRead(String sql, String tag, String target) {
    assertThat(one(sql)).isInstanceOf(ConsoleCommand.Acting.class);
    Act act = ((ConsoleCommand.Acting) one(sql)).act();
    assertThat(act.tag()).isEqualTo(tag);
    assertThat(act.target()).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "show clint | 42601 | Perhaps you meant CLIENTS.",
        "pauze | 42601 | Perhaps you meant PAUSE.",
        "show | 42601 | SHOW HELP",
        "select * from pg_class | 42601 | SHOW HELP",
        "select nextval('x') | 42601 | SHOW HELP",
        "reload now | 42601 | SHOW HELP",
        "disable | 42601 | SHOW HELP",
        "kill client x | 42601 | SHOW HELP",
        "kill client '99999999999999999999' | 22P02 | ''",
        "kill client -1 | 42601 | SHOW HELP",
        "shutdown | 0A000 | service manager",
        "shutdown wait_for_clients | 0A000 | service manager",
        "suspend | 0A000 | PAUSE",
        "show fds | 0A000 | descriptors",
        "show dns_hosts | 0A000 | looked up",
        "listen x | 42601 | SHOW HELP",
        "show 'unterminated | 42601 | ''",
        "show /* clients | 42601 | ''",
      })
  void whatIsNoCommandIsToldWithAHint(String sql, String state, String hint) {
    ConsoleException error = refused(sql);
    assertThat(error.error().sqlState()).isEqualTo(state);
    assertThat(error.error().fields().getOrDefault('H', "")).contains(hint);
  }

  @Test
  void aTextOfManyTokensIsRefused() {
    String sql = "set x to " + "a,".repeat(SqlTokens.MAX_TOKENS) + "a";
    assertThat(refused(sql).error().sqlState()).isEqualTo("54001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BEGIN | BEGIN",
        "begin isolation level serializable read only | BEGIN",
        "START TRANSACTION READ ONLY | START TRANSACTION",
        "COMMIT | COMMIT",
        "END | COMMIT",
        "ROLLBACK | ROLLBACK",
        "abort | ROLLBACK",
        "RESET ALL | RESET",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | SET",
        "DISCARD TEMP | DISCARD TEMP",
        "UNLISTEN * | UNLISTEN",
        "CLOSE ALL | CLOSE CURSOR ALL",
      })
  void whatDriversSayInPassingIsTaken(String sql, String tag) {
    assertThat(one(sql)).isEqualTo(new ConsoleCommand.Nothing(tag));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET extra_float_digits = 3 | extra_float_digits | 3",
        "SET application_name = 'x y' | application_name | x y",
        "SET SESSION search_path TO a, \"B\" | search_path | a, B",
        "set local statement_timeout to -1 | statement_timeout | -1",
        "SET x.y = 1.5 | x.y | 1.5",
        "SET TIME ZONE 'UTC' | timezone | UTC",
        "SET NAMES 'utf8' | client_encoding | utf8",
      })
  void settingsOfDriversAreRead(String sql, String name, String value) {
    assertThat(one(sql)).isEqualTo(new ConsoleCommand.SetParameter(name, value));
  }

  @Test
  void statementsAreDeallocated() {
    assertThat(one("DEALLOCATE s_1"))
        .isEqualTo(new ConsoleCommand.Deallocate(Optional.of("s_1"), "DEALLOCATE"));
    assertThat(one("deallocate prepare all"))
        .isEqualTo(new ConsoleCommand.Deallocate(Optional.empty(), "DEALLOCATE ALL"));
    assertThat(one("DISCARD ALL"))
        .isEqualTo(new ConsoleCommand.Deallocate(Optional.empty(), "DISCARD ALL"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW pool_nodes",
        "  show  POOL_POOLS;",
        "PGPOOL SHOW port",
        "pgpool show all;",
        "pgpool set log_statement to on",
        "PGPOOL RESET ALL",
        "show pool_processes where database = 'x' limit 1",
      })
  void pgpoolsStatementsAreKnownInEveryDatabase(String sql) {
    assertThat(ConsoleCommands.pgpoolCommand(sql)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW pools",
        "SHOW clients",
        "SHOW pool_mode",
        "SELECT 1",
        "SHOW pool_nodes; SELECT 1",
        "SELECT 1; SHOW pool_nodes",
        "pgpool",
        "pgpool show",
        "PAUSE",
        "pgpooled show all",
        "show pool_nodes 'open",
        "",
      })
  void everythingElseIsTheServers(String sql) {
    assertThat(ConsoleCommands.pgpoolCommand(sql)).isEmpty();
  }

  @Test
  void groupsOfPgpoolAreOfItsSettings() {
    assertThat(one("pgpool show health_check"))
        .isEqualTo(new ConsoleCommand.PgpoolShowGroup(List.of("health_check_")));
    assertThat(one("pgpool show ALL")).isEqualTo(new ConsoleCommand.PgpoolShowGroup(List.of("")));
  }

  @Test
  void columnsHaveThePeersNumberOfColumns() {
    assertThat(Arrays.stream(ShowTable.values()).map(table -> table.columns().size()).toList())
        .startsWith(2, 1, 21, 21, 28, 28, 17, 23, 12, 12, 2, 2, 17, 8, 4, 5, 2, 4, 5)
        .endsWith(14, 8, 21, 3, 1, 9, 20, 14);
  }
}

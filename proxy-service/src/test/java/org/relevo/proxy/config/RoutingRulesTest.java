package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.routing.AfterWrite;
import org.relevo.proxy.routing.NodeChoice;
import org.relevo.proxy.routing.ReadConsistency;
import org.relevo.proxy.routing.RoutingRules;
import org.relevo.proxy.routing.TemporaryTables;

/// Section Load balancing: defaults, values, and what is wrong with a list and where.
class RoutingRulesTest {
  @TempDir Path folder;

  @Test
  void theDefaultsAreThoseOfTheRouter() throws Exception {
    ProxyConfig config = load("");
    assertThat(config.routing()).usingRecursiveComparison().isEqualTo(RoutingRules.DEFAULT);
    assertThat(config.statementNotes())
        .isEqualTo(new ProxyConfig.StatementNotes(false, false, 1000));
  }

  @Test
  void everySettingReachesTheRules() throws Exception {
    RoutingRules rules =
        load("""
        load_balance_mode = off
        statement_level_load_balance = on
        load_balance_choice = least_loaded
        read_consistency = global
        zone = 'east'
        disable_load_balance_on_write = dml_adaptive
        delay_threshold = '10 MB'
        delay_threshold_by_time = 3s
        prefer_lower_delay_standby = on
        allow_sql_comments = on
        ignore_leading_white_space = off
        check_temp_table = trace
        check_unlogged_table = off
        log_per_node_statement = on
        """)
            .routing();

    assertThat(rules.balanced()).isFalse();
    assertThat(rules.perStatement()).isTrue();
    assertThat(rules.choice()).isEqualTo(NodeChoice.LEAST_LOADED);
    assertThat(rules.consistency()).isEqualTo(ReadConsistency.GLOBAL);
    assertThat(rules.zone()).isEqualTo("east");
    assertThat(rules.afterWrite()).isEqualTo(AfterWrite.DML_ADAPTIVE);
    assertThat(rules.delayBytes()).isEqualTo(10 << 20);
    assertThat(rules.delayMs()).isEqualTo(3_000);
    assertThat(rules.preferLowerDelay()).isTrue();
    assertThat(rules.commentsAllowed()).isTrue();
    assertThat(rules.blanksAllowed()).isFalse();
    assertThat(rules.temporaryTables()).isEqualTo(TemporaryTables.TRACE);
    assertThat(rules.unloggedChecked()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "10000000, 10000000",
    "5B, 5",
    "2 kB, 2048",
    "1GB, 1073741824",
    "1TB, 1099511627776",
    "9223372036854775807, 9223372036854775807"
  })
  void aDelayIsANumberOfBytes(String text, long bytes) throws Exception {
    assertThat(load("delay_threshold = '" + text + "'\n").routing().delayBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"catalog, CATALOG", "ON, CATALOG", "trace, TRACE", "none, NONE", "false, NONE"})
  void temporaryTablesMayBeABoolean(String text, TemporaryTables expected) throws Exception {
    assertThat(load("check_temp_table = " + text + "\n").routing().temporaryTables())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "database_redirect_preference_list = 'a:primary, b'"
            + " | 'b' is not name:node or name:node(share) (at character 12)",
        "user_redirect_preference_list = 'a:secondary'"
            + " | 'secondary' is neither primary nor standby nor a node's number, 0 to 127"
            + " (at character 3)",
        "user_redirect_preference_list = 'a:128'"
            + " | '128' is neither primary nor standby nor a node's number, 0 to 127"
            + " (at character 3)",
        "app_name_redirect_preference_list = 'psql:standby(2)'"
            + " | '(2)' is not a share from (0) to (1) (at character 13)",
        "app_name_redirect_preference_list = 'ab[:1'"
            + " | 'ab[' is not a regular expression: missing closing ] (at character 1)",
        "read_only_function_list = 'ok,(no'"
            + " | '(no' is not a regular expression: missing closing ) (at character 4)",
        "primary_routing_query_pattern_list = 'fine.*;*'"
            + " | '*' is not a regular expression: missing argument to repetition operator"
            + " (at character 8)",
        "dml_adaptive_object_relationship_list = 'a:b,c'"
            + " | 'c' is not table:table or function():table (at character 5)",
        "dml_adaptive_object_relationship_list = 'a:b.c.d'"
            + " | 'b.c.d' is not name or schema.name (at character 3)",
        "delay_threshold = '10 MiB'"
            + " | '10 MiB' is not a size; write a number with B, kB, MB, GB or TB, as 10MB",
        "delay_threshold = '9999999TB' | '9999999TB' is outside 0 to 9223372036854775807",
        "delay_threshold = -1"
            + " | '-1' is not a size; write a number with B, kB, MB, GB or TB, as 10MB",
      })
  void whatIsWrongIsNamedWithItsPlace(String line, String message) throws Exception {
    assertThat(problems(line + "\n"))
        .extracting(ConfigProblem::toString)
        .containsExactly(
            folder.resolve("relevo.conf") + ":2: " + line.split(" ", 2)[0] + ": " + message);
  }

  @Test
  void onlyOneListOfFunctions() throws Exception {
    assertThat(problems("read_only_function_list = 'a'\nwrite_function_list = 'b'\n"))
        .extracting(ConfigProblem::toString)
        .containsExactly(
            folder.resolve("relevo.conf")
                + ":3: write_function_list: excludes read_only_function_list; keep one of the two");
  }

  @Test
  void theListsOfOlderFilesAreTakenOverWithAWarningEach() throws Exception {
    ProxyConfig config =
        load(
            """
            white_function_list = ''
            black_function_list = 'nextval,setval'
            black_query_pattern_list = 'SELECT 1;'
            """);
    assertThat(config.warnings())
        .extracting(ConfigWarning::toString)
        .containsExactly(
            "white_function_list ("
                + folder.resolve("relevo.conf")
                + ":2): taken as its new name read_only_function_list; write that instead",
            "black_function_list ("
                + folder.resolve("relevo.conf")
                + ":3): taken as its new name write_function_list; write that instead",
            "black_query_pattern_list ("
                + folder.resolve("relevo.conf")
                + ":4): taken as its new name primary_routing_query_pattern_list; write that"
                + " instead");
    assertThat(config.settings())
        .filteredOn(state -> state.name().equals("write_function_list"))
        .extracting(SettingState::value)
        .containsExactly("nextval,setval");
  }

  private List<ConfigProblem> problems(String lines) throws IOException {
    Path file = write(lines);
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> ProxyConfig.load(file));
    return e.problems();
  }

  private ProxyConfig load(String lines) throws Exception {
    return ProxyConfig.load(write(lines));
  }

  private Path write(String lines) throws IOException {
    return Files.writeString(folder.resolve("relevo.conf"), "backend_hostname0 = 'a'\n" + lines);
  }
}

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
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolPolicy;

class PoolSectionsTest {
  private static final String FILE =
      """
      backend_hostname0 = 'db1'
      default_pool_size = 1

      [database 'shop']
      default_pool_size = 2
      pool_mode = transaction
      max_prepared_statements = 7
      [user 'app']
      default_pool_size = 3
      reset_query_list = 'ABORT'
      [database 'shop' user 'app']
      default_pool_size = 4
      [database 'Shop']
      default_pool_size = 5
      [all]
      min_pool_size = 1
      [database 'shop']
      max_prepared_statements = 8
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "shop, app, 4, TRANSACTION, 8, 1",
    "shop, bob, 2, TRANSACTION, 8, 2",
    "blog, app, 3, SESSION, 200, 1",
    "blog, bob, 1, SESSION, 200, 2",
    "Shop, bob, 5, SESSION, 200, 2",
    "Shop, app, 3, SESSION, 200, 1",
  })
  void theMostParticularSectionCountsSettingBySetting(
      String database, String user, int size, PoolMode mode, int statements, int resets)
      throws Exception {
    PoolPolicy policy = ProxyConfig.load(write(FILE)).pools().policy();

    assertThat(policy.settings(database, user).size()).isEqualTo(size);
    assertThat(policy.settings(database, user).minimum()).isEqualTo(1);
    assertThat(policy.settings(database, user).mode()).isEqualTo(mode);
    assertThat(policy.settings(database, user).preparedStatements()).isEqualTo(statements);
    assertThat(policy.settings(database, user).resetQueries()).hasSize(resets);
  }

  @Test
  void aMinimumThatIsInheritedIsNeverMoreThanTheSize() throws Exception {
    PoolPolicy policy =
        ProxyConfig.load(
                write(
                    """
                    backend_hostname0 = 'db1'
                    min_pool_size = 10
                    [user 'small']
                    default_pool_size = 3
                    """))
            .pools()
            .policy();
    assertThat(policy.settings("any", "small").minimum()).isEqualTo(3);
  }

  @Test
  void whatCannotStandInASectionIsRefusedAndTheOthersAreNamed() throws IOException {
    Path file =
        write(
            """
            backend_hostname0 = 'db1'
            [user 'app']
            port = 1
            pool_mod = session
            pool_mode = never
            [all]
            port = 2
            """);

    ConfigException e = catchThrowableOfType(ConfigException.class, () -> ProxyConfig.load(file));

    assertThat(e.problems())
        .extracting(ConfigProblem::toString)
        .containsExactlyInAnyOrder(
            file
                + ":3: port: cannot stand in the section [user 'app']; write it before the first"
                + " section or behind [all] (a section may have pool_mode, default_pool_size,"
                + " min_pool_size, query_wait_timeout, child_life_time, connection_life_time,"
                + " child_max_connections, connection_check_delay, reset_query_list,"
                + " reset_query_always, max_prepared_statements, unnamed_statement_reuse,"
                + " client_idle_limit, idle_in_transaction_timeout)",
            file + ":4: pool_mod: unknown setting; did you mean 'pool_mode'?",
            file
                + ":5: pool_mode: 'never' is not known; use one of [session, transaction,"
                + " statement]");
  }

  @Test
  void aSectionEndsWithItsFileAndHoldsForWhatItIncludes() throws Exception {
    Files.writeString(folder.resolve("in.conf"), "default_pool_size = 9\n[user 'b']\n");
    PoolPolicy policy =
        ProxyConfig.load(
                write(
                    """
                    backend_hostname0 = 'db1'
                    [user 'a']
                    include 'in.conf'
                    min_pool_size = 2
                    """))
            .pools()
            .policy();
    assertThat(policy.settings("d", "a").size()).isEqualTo(9);
    assertThat(policy.settings("d", "a").minimum()).isEqualTo(2);
    assertThat(policy.settings("d", "b").size()).isEqualTo(100);
  }

  @Test
  void aReloadNamesTheSection() throws Exception {
    ProxyConfig before = ProxyConfig.load(write(FILE));
    ProxyConfig after =
        ProxyConfig.load(
            write(
                FILE.replace("default_pool_size = 4", "default_pool_size = 6")
                    .replace("reset_query_list = 'ABORT'\n", "")));
    assertThat(before.changesTo(after))
        .extracting(SettingChange::toString)
        .isEqualTo(
            List.of(
                "default_pool_size [database 'shop' user 'app'] '4' -> '6'",
                "reset_query_list [user 'app'] 'ABORT' -> '(inherited)'"));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("relevo.conf"), text);
  }
}

package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.pool.PoolSettings;

/// Files written for pgpool-II are read; what of them has no effect is said.
class PgpoolFilesTest {
  private static final String NODES = "backend_hostname0 = 'a'\nbackend_hostname1 = 'b'\n";

  @TempDir Path folder;

  @Test
  void aFileOfPgpool22StartsWithWarningsOnly() throws Exception {
    Path file = resource("pgpool-2.2.conf");

    ProxyConfig config = ProxyConfig.load(file);

    assertThat(config.mode()).isEqualTo(ClusteringMode.RAW);
    assertThat(config.listening().unixSocketDirectories())
        .containsExactly(Path.of("/var/run/postgresql"));
    assertThat(config.clients().maxClients()).isEqualTo(32);
    assertThat(config.health().user()).isEqualTo("pgpool2");
    PoolSettings pool = config.pools().policy().settings("bench", "pgpool2");
    assertThat(pool.resetQueries())
        .containsExactly("ABORT", "RESET ALL", "SET SESSION AUTHORIZATION DEFAULT");
    assertThat(config.warnings())
        .extracting(ConfigWarning::key)
        .containsExactlyInAnyOrder(
            "socket_dir",
            "logdir",
            "replication_mode",
            "master_slave_mode",
            "parallel_mode",
            "backend_clustering_mode");
    // Every line either has an effect or a reason why not, and none has two.
    long lines = Files.readAllLines(file).stream().filter(line -> line.matches("[a-z].*")).count();
    long effects =
        config.settings().stream()
            .filter(state -> !state.place().isEmpty())
            .filter(state -> !state.name().equals("backend_clustering_mode"))
            .filter(state -> !state.name().equals("unix_socket_directories"))
            .filter(state -> !state.name().equals("work_dir"))
            .count();
    assertThat(effects + config.ignored().size() + 5).isEqualTo(lines);
  }

  @Test
  void statementReplicationServesEveryNode() throws Exception {
    Path file = resource("pgpool-2.2-replication.conf");

    ProxyConfig config = ProxyConfig.load(file);

    assertThat(config.mode()).isEqualTo(ClusteringMode.NATIVE_REPLICATION);
    assertThat(config.backends()).extracting(config::isServed).containsExactly(true, true);
    assertThat(config.replicas().mixed()).isTrue();
    assertThat(config.replicas().detachOnKind()).isTrue();
    assertThat(config.warnings())
        .extracting(ConfigWarning::toString)
        .contains(
            "replication_mode ("
                + file
                + ":3): taken as backend_clustering_mode = 'native_replication'; write"
                + " backend_clustering_mode instead");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replication_mode = on                        | NATIVE_REPLICATION | 1",
        "replication_mode = off                       | RAW | 2",
        "master_slave_mode = off                      | RAW | 2",
        "master_slave_mode = on                       | STREAMING_REPLICATION | 1",
        "master_slave_mode = on;replication_mode = off | STREAMING_REPLICATION | 2",
        "master_slave_mode = on;master_slave_sub_mode = 'stream'  | STREAMING_REPLICATION | 2",
        "master_slave_mode = on;master_slave_sub_mode = 'logical' | LOGICAL_REPLICATION | 3",
        "master_slave_mode = on;master_slave_sub_mode = 'slony'   | SLONY | 3",
        "master_slave_sub_mode = 'stream'             | STREAMING_REPLICATION | 1",
        "replication_mode = on;replication_mode = off | RAW | 2",
        "replication_mode = on;backend_clustering_mode = streaming_replication"
            + " | STREAMING_REPLICATION | 1",
        "backend_clustering_mode = Snapshot_Isolation | SNAPSHOT_ISOLATION | 0",
      })
  void theModesOfOlderFiles(String text, ClusteringMode mode, int warnings) throws Exception {
    ProxyConfig config = ProxyConfig.load(write(NODES + text.replace(";", "\n") + "\n"));
    assertThat(config.mode()).isEqualTo(mode);
    assertThat(config.warnings()).hasSize(warnings);
    assertThat(config.isServed(config.backends().get(1)))
        .isEqualTo(mode == ClusteringMode.STREAMING_REPLICATION || mode.writesEverywhere());
  }

  @Test
  void anotherModeWithOneServerNeedsNoWarning() throws Exception {
    ProxyConfig config =
        ProxyConfig.load(write("backend_hostname0 = 'a'\nbackend_clustering_mode = 'raw'\n"));
    assertThat(config.warnings()).isEmpty();
    assertThat(config.isServed(config.backends().getFirst())).isTrue();
  }

  @Test
  void modesThatExcludeEachOtherAreAProblem() throws Exception {
    Path file = write(NODES + "replication_mode = on\nmaster_slave_mode = on\n");
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> ProxyConfig.load(file));
    assertThat(e)
        .hasMessage(
            file + ":4: master_slave_mode: excludes replication_mode; switch one of them off");
  }

  @Test
  void directivesWithoutEffectAreAcceptedAndListed() throws Exception {
    Path file =
        write(
            """
            backend_hostname0 = 'a'
            memory_cache_enabled = on
            Use_Watchdog = off
            other_pgpool_port0 = 5432
            """);

    ProxyConfig config = ProxyConfig.load(file);

    assertThat(config.ignored())
        .extracting(IgnoredDirective::toString)
        .containsExactly(
            "ignored: memory_cache_enabled ("
                + file
                + ":2): has no effect in this version: results are not cached",
            "ignored: use_watchdog ("
                + file
                + ":3): has no effect: services watch each other as members of quorum_members, and"
                + " who has service_addresses is agreed there",
            "ignored: other_pgpool_port0 ("
                + file
                + ":4): replaced by quorum_members, where the services are named");
  }

  @Test
  void everyReasonSaysMoreThanThatSomethingIsMissing() {
    assertThat(SettingTable.ignored())
        .allSatisfy((name, reason) -> assertThat(reason).as(name).matches(".{20,}").contains(" "));
    List<String> both =
        SettingTable.settings().stream()
            .map(Setting::name)
            .filter(SettingTable.ignored()::containsKey)
            .toList();
    assertThat(both).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"connect_timeout", "authentication_timeout", "health_check_timeout"})
  void zeroDoesNotSwitchATimeLimitOff(String name) throws Exception {
    ProxyConfig usual = ProxyConfig.load(write("backend_hostname0 = 'a'\n"));
    ProxyConfig zero = ProxyConfig.load(write("backend_hostname0 = 'a'\n" + name + " = 0\n"));
    assertThat(zero.clients()).isEqualTo(usual.clients());
    assertThat(zero.health()).isEqualTo(usual.health());
  }

  private static Path resource(String name) throws URISyntaxException {
    URL url = Objects.requireNonNull(PgpoolFilesTest.class.getResource(name), name);
    return Path.of(url.toURI());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("pgpool.conf"), text);
  }
}

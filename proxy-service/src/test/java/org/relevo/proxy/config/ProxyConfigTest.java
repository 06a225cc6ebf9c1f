package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.BackendId;

class ProxyConfigTest {
  private static final String MINIMAL = "backend_hostname0 = 'db1'\n";

  @TempDir Path folder;

  @Test
  void everyDefaultIsAsDocumented() throws Exception {
    Path file = write("relevo.conf", MINIMAL);

    ProxyConfig config = load(file);

    assertThat(config.clients())
        .isEqualTo(
            new ProxyConfig.Clients(
                List.of("localhost"),
                9999,
                1000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                false));
    assertThat(config.mode()).isEqualTo(ClusteringMode.STREAMING_REPLICATION);
    assertThat(config.backends())
        .containsExactly(
            new ProxyConfig.Backend(
                new BackendId(0),
                "db1",
                5432,
                1.0,
                Optional.empty(),
                "node0",
                Set.of(BackendFlag.ALLOW_TO_FAILOVER),
                Optional.empty()));
    assertThat(config.health())
        .isEqualTo(
            new ProxyConfig.Health(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                2,
                Duration.ofSeconds(1),
                "postgres",
                Secret.NONE,
                "postgres"));
    assertThat(config.service())
        .isEqualTo(
            new ProxyConfig.Service(
                "box-9999",
                "relevo",
                Path.of("/home/dba/.local/state/relevo"),
                Optional.empty(),
                Path.of("/home/dba/.local/state/relevo/relevo.log")));
    assertThat(config.management())
        .isEqualTo(new ProxyConfig.Management(List.of("localhost"), 9899, List.of()));
    assertThat(config.replication())
        .isEqualTo(new ProxyConfig.Replication("postgres", Secret.NONE));
    assertThat(config.benchmark())
        .isEqualTo(new ProxyConfig.Benchmark("postgres", "postgres", Secret.NONE));
    assertThat(config.ignored()).isEmpty();
  }

  @Test
  void everySettingReachesTheConfiguration() throws Exception {
    write("pw", "from file\nsecond line\n");
    Path file =
        write(
            "relevo.conf",
            """
            listen_addresses = '10.0.0.1, ::1'
            port = 6000
            num_init_children = 7
            authentication_timeout = 5min
            connect_timeout = 1500
            primary_wait_timeout = '3 s'
            hold_timeout = 250ms
            allow_replication_connections = YES
            backend_hostname0 = 'db1'   # first
            backend_port0 = 5433
            backend_weight0 = 0.5
            backend_data_directory0 = '/data/it''s'
            backend_application_name0 = alpha
            backend_flag0 = 'DISALLOW_TO_FAILOVER|ALWAYS_PRIMARY'
            postgres_log_file0 = 'pg0.log'
            backend_hostname3 'db3'
            backend_clustering_mode = 'streaming_replication'
            health_check_period = 30
            health_check_timeout = 7
            health_check_max_retries = 4
            health_check_retry_delay = 500ms
            health_check_user = 'monitor'
            health_check_password = 'a#b\\'c'
            health_check_database = 'template1'
            proxy_id = 'east'
            cluster_name = 'shop'
            data_directory = 'state'
            pg_bindir = '/usr/lib/postgresql/18/bin'
            log_file = '/var/log/relevo.log'
            jmx_listen_addresses = '*'
            jmx_port = 6001
            jmx_peers = 'west.json, /etc/relevo/north.json'
            replication_user = 'replicator'
            replication_password_file = 'pw'
            benchmark_database = 'bench'
            benchmark_user = 'bencher'
            benchmark_password_file = 'pw'
            """);

    ProxyConfig config = load(file);

    assertThat(config.clients())
        .isEqualTo(
            new ProxyConfig.Clients(
                List.of("10.0.0.1", "::1"),
                6000,
                7,
                Duration.ofMinutes(5),
                Duration.ofMillis(1500),
                Duration.ofSeconds(3),
                Duration.ofMillis(250),
                true));
    assertThat(config.backends().getFirst())
        .isEqualTo(
            new ProxyConfig.Backend(
                new BackendId(0),
                "db1",
                5433,
                0.5,
                Optional.of(Path.of("/data/it's")),
                "alpha",
                Set.of(BackendFlag.DISALLOW_TO_FAILOVER, BackendFlag.ALWAYS_PRIMARY),
                Optional.of(folder.resolve("pg0.log"))));
    assertThat(config.backends()).extracting(b -> b.id().value()).containsExactly(0, 3);
    assertThat(config.health())
        .isEqualTo(
            new ProxyConfig.Health(
                Duration.ofSeconds(30),
                Duration.ofSeconds(7),
                4,
                Duration.ofMillis(500),
                "monitor",
                new Secret("a#b'c"),
                "template1"));
    assertThat(config.service())
        .isEqualTo(
            new ProxyConfig.Service(
                "east",
                "shop",
                folder.resolve("state"),
                Optional.of(Path.of("/usr/lib/postgresql/18/bin")),
                Path.of("/var/log/relevo.log")));
    assertThat(config.management())
        .isEqualTo(
            new ProxyConfig.Management(
                List.of("*"),
                6001,
                List.of(folder.resolve("west.json"), Path.of("/etc/relevo/north.json"))));
    assertThat(config.replication())
        .isEqualTo(new ProxyConfig.Replication("replicator", new Secret("from file")));
    assertThat(config.benchmark())
        .isEqualTo(new ProxyConfig.Benchmark("bench", "bencher", new Secret("from file")));
    String tableOnly =
        SettingTable.settings().stream()
            .filter(setting -> !setting.section().equals("TLS")) // TlsSettingsTest
            .map(Setting::name)
            .filter(name -> !config.assigned().containsKey(name.replaceFirst("N$", "0")))
            .toList()
            .toString();
    assertThat(tableOnly).isEqualTo("[max_clients, health_check_password_file]");
  }

  @Test
  void theLastLineWinsAlsoOverItsOtherName() throws Exception {
    assertThat(load(write("a.conf", MINIMAL + "port = 1\nport = 2\n")).clients().port())
        .isEqualTo(2);
    assertThat(
            load(write("b.conf", MINIMAL + "num_init_children = 5\nmax_clients = 6\n"))
                .clients()
                .maxClients())
        .isEqualTo(6);
    assertThat(
            load(write("c.conf", MINIMAL + "max_clients = 6\nnum_init_children = 5\n"))
                .clients()
                .maxClients())
        .isEqualTo(5);
  }

  @Test
  void includesAreReadInPlaceRelativeToTheirFile() throws Exception {
    Files.createDirectory(folder.resolve("conf.d"));
    write("conf.d/more.conf", "port = 7000\ninclude 'most.conf'\n");
    write("conf.d/most.conf", "jmx_port = 7001\n");
    Path file = write("relevo.conf", MINIMAL + "port = 1\ninclude = 'conf.d/more.conf'\n");

    ProxyConfig config = load(file);

    assertThat(config.clients().port()).isEqualTo(7000);
    assertThat(config.management().port()).isEqualTo(7001);
  }

  @Test
  void allProblemsAreReportedTogetherWithFileLineKeyAndWayOut() throws IOException {
    Path file =
        write(
            "relevo.conf",
            """
            prot = 9999
            port = many
            hold_timeout = 5 parsecs
            backend_port1 = 5432
            backend_hostname0 = 'db1'
            backend_clustering_mode = 'native_replication'
            replication_mode = true
            cluster_name = 'open
            jmx_port = 0
            num_init_children = 0
            include = 'nowhere.conf'
            health_check_password_file = 'missing'
            """);

    ConfigException e = catchThrowableOfType(ConfigException.class, () -> load(file));

    assertThat(e.problems())
        .extracting(ConfigProblem::toString)
        .containsExactlyInAnyOrder(
            file + ":1: prot: unknown setting; did you mean 'port'?",
            file + ":2: port: 'many' is not a whole number",
            file
                + ":3: syntax: not of the form key = 'value'; quote values that hold blanks or"
                + " signs",
            file + ":4: backend_port1: node 1 has no backend_hostname1; add it",
            file
                + ":6: backend_clustering_mode: 'native_replication' is not available in this"
                + " version; use streaming_replication",
            file
                + ":7: replication_mode: not available in this version; use streaming replication"
                + " and remove it",
            file + ":8: syntax: a quote is not closed; write a quote inside a value as ''",
            file + ":9: jmx_port: '0' is outside 1 to 65535",
            file + ":10: num_init_children: '0' is outside 1 to 100000",
            file
                + ":11: include: cannot read '"
                + folder.resolve("nowhere.conf")
                + "' (no such file); name a readable file",
            file
                + ":12: health_check_password_file: cannot read '"
                + folder.resolve("missing")
                + "' (no such file); make it readable for this account");
  }

  @Test
  void aFileThatIncludesItselfIsAProblemNotALoop() throws IOException {
    Path file = write("relevo.conf", MINIMAL + "include = 'relevo.conf'\n");
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(":2: include: ")
        .hasMessageContaining("includes itself");
  }

  @Test
  void includesEndAtADepthLimit() throws IOException {
    for (int i = 0; i < 12; i++) {
      write("c" + i + ".conf", "include 'c" + (i + 1) + ".conf'\n");
    }
    assertThatThrownBy(() -> load(folder.resolve("c0.conf")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("c9.conf:1: include: includes are more than 10 deep");
  }

  @Test
  void noServerAtAllIsAProblem() throws IOException {
    Path file = write("relevo.conf", "port = 9999\n");
    assertThatThrownBy(() -> load(file))
        .hasMessage(
            file + ": backend_hostname0: no server is configured; add backend_hostname0 = 'host'");
  }

  @Test
  void twoNodesOnOneServerAreAProblem() throws IOException {
    Path file = write("relevo.conf", MINIMAL + "backend_hostname1 = 'db1'\n");
    assertThatThrownBy(() -> load(file))
        .hasMessageContaining(":2: backend_hostname1: db1:5432 is node0 already");
  }

  @Test
  void directivesOfPgpoolWithoutEffectAreAcceptedAndListed() throws Exception {
    Path file =
        write(
            "relevo.conf",
            MINIMAL
                + "memory_cache_enabled = on\nSSL_DH_params_file = dh\nother_pgpool_port0 = 5432\n"
                + "replication_mode = off\n");

    ProxyConfig config = load(file);

    assertThat(config.ignored())
        .extracting(IgnoredDirective::toString)
        .containsExactly(
            "ignored: memory_cache_enabled (" + file + ":2): not available in this version",
            "ignored: ssl_dh_params_file (" + file + ":3): not available in this version",
            "ignored: other_pgpool_port0 ("
                + file
                + ":4): replaced by hostnameN, which is not available in this version",
            "ignored: replication_mode (" + file + ":5): replaced by backend_clustering_mode");
  }

  @Test
  void aReloadNamesWhatChangesAndMasksSecrets() throws Exception {
    ProxyConfig before =
        load(write("a.conf", MINIMAL + "hold_timeout = 1s\nhealth_check_password = 'old'\n"));
    ProxyConfig after =
        load(write("b.conf", MINIMAL + "port = 9000\nhealth_check_password = 'new'\n"));

    assertThat(before.changesTo(after))
        .extracting(SettingChange::toString)
        .containsExactly(
            "health_check_password '****' -> '****'",
            "hold_timeout '1s' -> '10000'",
            "port '9999' -> '9000' (needs a restart)");
    assertThat(before.changesTo(before)).isEmpty();
  }

  @Test
  void noPasswordAppearsInText() throws Exception {
    ProxyConfig config = load(write("a.conf", MINIMAL + "health_check_password = 'hunter2'\n"));
    assertThat(config.health().password().value()).isEqualTo("hunter2");
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  @Test
  void rootKeepsItsStateInVarLib() {
    assertThat(new Surroundings("box", "root", Path.of("/root"), Map.of()).dataDirectory())
        .isEqualTo(Path.of("/var/lib/relevo"));
    assertThat(
            new Surroundings("box", "dba", Path.of("/home/dba"), Map.of("XDG_STATE_HOME", "/s"))
                .dataDirectory())
        .isEqualTo(Path.of("/s/relevo"));
  }

  private ProxyConfig load(Path file) throws ConfigException {
    return ProxyConfig.load(file, new Surroundings("box", "dba", Path.of("/home/dba"), Map.of()));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}

package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;

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
                0,
                1000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                CommitOutcome.ASK,
                false));
    assertThat(config.listening())
        .isEqualTo(new ProxyConfig.Listening(List.of(), 0777, Optional.empty(), 2, 0));
    assertThat(config.pools().policy().settings("any", "body")).isEqualTo(PoolSettings.DEFAULT);
    assertThat(config.pools().limits()).isEqualTo(LimitSettings.NONE);
    assertThat(config.authentication())
        .isEqualTo(
            new ProxyConfig.Authentication(
                false,
                folder.resolve("pool_hba.conf"),
                Optional.of(folder.resolve("pool_passwd")),
                Path.of("/home/dba/.pgpoolkey"),
                folder.resolve("pg_ident.conf"),
                "SELECT rolname, rolpassword, rolvaliduntil, rolcanlogin"
                    + " FROM pg_catalog.pg_authid WHERE rolname = CAST($1 AS pg_catalog.name)",
                "postgres",
                Duration.ofSeconds(10),
                false,
                false));
    assertThat(config.mode()).isEqualTo(ClusteringMode.STREAMING_REPLICATION);
    assertThat(config.backends())
        .containsExactly(
            new ProxyConfig.Backend(
                new BackendId(0),
                "db1",
                5432,
                1.0,
                "",
                Optional.empty(),
                "node0",
                Set.of(BackendFlag.ALLOW_TO_FAILOVER),
                Optional.empty()));
    assertThat(config.health())
        .isEqualTo(
            new ProxyConfig.Health(
                new ProxyConfig.Probing(
                    Duration.ofSeconds(1), Duration.ofSeconds(2), 2, Duration.ofSeconds(1)),
                Map.of(),
                "postgres",
                Secret.NONE,
                "postgres"));
    assertThat(config.definitions())
        .isEqualTo(new ProxyConfig.Definitions(Duration.ofSeconds(10), 500_000));
    assertThat(config.service())
        .isEqualTo(
            new ProxyConfig.Service(
                "box-9999",
                "relevo",
                Path.of("/home/dba/.local/state/relevo"),
                Path.of("/home/dba/.local/state/relevo"),
                Optional.empty(),
                LogSettings.usual(Path.of("/home/dba/.local/state/relevo/relevo.log"))));
    assertThat(config.management().listenAddresses()).containsExactly("localhost");
    assertThat(config.management().port()).isEqualTo(9899);
    assertThat(config.console()).isEqualTo(new ProxyConfig.Console(Set.of(), Set.of()));
    assertThat(config.replication())
        .isEqualTo(new ProxyConfig.Replication("postgres", Secret.NONE));
    assertThat(config.benchmark())
        .isEqualTo(new ProxyConfig.Benchmark("postgres", "postgres", Secret.NONE));
    assertThat(config.ignored()).isEmpty();
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void everySettingReachesTheConfiguration() throws Exception {
    write("pw", "from file\nsecond line\n");
    Path file =
        write(
            "relevo.conf",
            """
            listen_addresses = '10.0.0.1, ::1'
            replication_format = statement
            replicate_select = on
            replication_stop_on_mismatch = on
            failover_if_affected_tuples_mismatch = on
            commit_safety = two_phase
            recovery_user = 'rec'
            recovery_password = 'rp'
            recovery_database = 'rdb'
            recovery_1st_stage_command = 'one'
            recovery_2nd_stage_command = 'two'
            recovery_script_arguments = 3
            recovery_timeout = 91
            client_idle_limit_in_recovery = -1
            recovery_max_rate = 2MB
            recovery_compression = on
            recovery_tablespace_mapping = '/a=/b'
            recovery_ssh_user = 'su'
            recovery_ssh_port = 2222
            recovery_ssh_key = '/k'
            recovery_ssh_known_hosts = '/h'
            recovery_ssh_bindir = '/bin'
            wal_archive_directory = '/w'
            wal_archive_min_free = 3MB
            port = 6000
            unix_socket_directories = '/run/relevo, sockets'
            unix_socket_permissions = 0770
            unix_socket_group = 'dba'
            listen_backlog_multiplier = 3
            worker_loops = 4
            pool_mode = transaction
            default_pool_size = 20
            min_pool_size = 2
            query_wait_timeout = 11
            child_life_time = 12
            connection_life_time = 13
            child_max_connections = 14
            connection_check_delay = 15
            reset_query_list = 'ABORT; SET x = ''a;b''; DISCARD ALL;'
            reset_query_always = on
            max_prepared_statements = 16
            unnamed_statement_reuse = off
            client_idle_limit = 17
            idle_in_transaction_timeout = 18
            max_server_connections = 101
            max_node_connections = 102
            max_db_connections = 103
            max_user_connections = 104
            enable_pool_hba = on
            pool_hba_file = 'hba'
            pool_passwd = 'passwords'
            pool_key_file = '/k'
            ident_file = 'maps'
            auth_query = 'SELECT * FROM lookup($1)'
            auth_database = 'roles'
            auth_cache_time = 19
            allow_clear_text_frontend_auth = on
            allow_clear_text_to_server = on
            num_init_children = 7
            reserved_connections = 2
            max_unauthenticated_clients = 5
            authentication_timeout = 5min
            connect_timeout = 1500
            primary_wait_timeout = '3 s'
            commit_outcome = unknown
            hold_timeout = 250ms
            allow_replication_connections = YES
            backend_hostname0 = 'db1'   # first
            backend_port0 = 5433
            backend_weight0 = 0.5
            backend_zone0 = 'east'
            backend_data_directory0 = '/data/it''s'
            backend_application_name0 = alpha
            backend_flag0 = 'DISALLOW_TO_FAILOVER|ALWAYS_PRIMARY'
            postgres_log_file0 = 'pg0.log'
            backend_hostname3 'db3'
            backend_clustering_mode = 'streaming_replication'
            catalog_check_period = 3
            catalog_max_entries = 1000
            health_check_period = 30
            health_check_timeout = 7
            health_check_max_retries = 4
            health_check_retry_delay = 500ms
            health_check_period0 = 31
            health_check_timeout0 = 8
            health_check_max_retries0 = 5
            health_check_retry_delay0 = 0
            health_check_user = 'monitor'
            health_check_password = 'a#b\\'c'
            health_check_database = 'template1'
            proxy_id = 'east'
            cluster_name = 'shop'
            data_directory = 'state'
            pg_bindir = '/usr/lib/postgresql/18/bin'
            log_file = '/var/log/relevo.log'
            log_format = 'json'
            jmx_listen_addresses = '*'
            jmx_port = 6001
            jmx_peers = 'west.json, /etc/relevo/north.json'
            console_admin_users = 'dba, Boss'
            console_stats_users = 'zabbix'
            replication_user = 'replicator'
            replication_password_file = 'pw'
            position_sample_period = 8
            replay_wait_timeout = 90ms
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
                2,
                5,
                Duration.ofMinutes(5),
                Duration.ofMillis(1500),
                Duration.ofSeconds(3),
                Duration.ofMillis(250),
                CommitOutcome.UNKNOWN,
                true));
    assertThat(config.recovery())
        .isEqualTo(
            new RecoverySettings(
                "rec",
                new Secret("rp"),
                "rdb",
                "one",
                "two",
                3,
                Duration.ofSeconds(91),
                -1,
                2048,
                true,
                Map.of("/a", "/b"),
                Optional.of(Path.of("/w")),
                3 << 20,
                new RecoverySettings.Ssh(
                    "su",
                    2222,
                    Optional.of(Path.of("/k")),
                    Optional.of(Path.of("/h")),
                    Optional.of(Path.of("/bin")))));
    assertThat(config.listening())
        .isEqualTo(
            new ProxyConfig.Listening(
                List.of(Path.of("/run/relevo"), folder.resolve("sockets")),
                0770,
                Optional.of("dba"),
                3,
                4));
    assertThat(config.pools().policy().settings("any", "body"))
        .isEqualTo(
            new PoolSettings(
                PoolMode.TRANSACTION,
                20,
                2,
                Duration.ofSeconds(11),
                Duration.ofSeconds(12),
                Duration.ofSeconds(13),
                14,
                Duration.ofSeconds(15),
                List.of("ABORT", "SET x = 'a;b'", "DISCARD ALL"),
                true,
                16,
                false,
                Duration.ofSeconds(17),
                Duration.ofSeconds(18)));
    assertThat(config.pools().limits()).isEqualTo(new LimitSettings(101, 102, 103, 104));
    assertThat(config.authentication())
        .isEqualTo(
            new ProxyConfig.Authentication(
                true,
                folder.resolve("hba"),
                Optional.of(folder.resolve("passwords")),
                Path.of("/k"),
                folder.resolve("maps"),
                "SELECT * FROM lookup($1)",
                "roles",
                Duration.ofSeconds(19),
                true,
                true));
    assertThat(config.backends().getFirst())
        .isEqualTo(
            new ProxyConfig.Backend(
                new BackendId(0),
                "db1",
                5433,
                0.5,
                "east",
                Optional.of(Path.of("/data/it's")),
                "alpha",
                Set.of(BackendFlag.DISALLOW_TO_FAILOVER, BackendFlag.ALWAYS_PRIMARY),
                Optional.of(folder.resolve("pg0.log"))));
    assertThat(config.backends()).extracting(b -> b.id().value()).containsExactly(0, 3);
    assertThat(config.health())
        .isEqualTo(
            new ProxyConfig.Health(
                new ProxyConfig.Probing(
                    Duration.ofSeconds(30), Duration.ofSeconds(7), 4, Duration.ofMillis(500)),
                Map.of(
                    new BackendId(0),
                    new ProxyConfig.Probing(
                        Duration.ofSeconds(31), Duration.ofSeconds(8), 5, Duration.ZERO)),
                "monitor",
                new Secret("a#b'c"),
                "template1"));
    assertThat(config.definitions())
        .isEqualTo(new ProxyConfig.Definitions(Duration.ofSeconds(3), 1000));
    assertThat(config.service())
        .isEqualTo(
            new ProxyConfig.Service(
                "east",
                "shop",
                folder.resolve("state"),
                folder.resolve("state"),
                Optional.of(Path.of("/usr/lib/postgresql/18/bin")),
                new LogSettings(
                    Path.of("/var/log/relevo.log"),
                    true,
                    "",
                    64L << 20,
                    Duration.ZERO,
                    Optional.empty())));
    assertThat(config.management().listenAddresses()).containsExactly("*");
    assertThat(config.management().port()).isEqualTo(6001);
    assertThat(config.management().peers())
        .containsExactly(folder.resolve("west.json"), Path.of("/etc/relevo/north.json"));
    assertThat(config.console())
        .isEqualTo(new ProxyConfig.Console(Set.of("dba", "Boss"), Set.of("zabbix")));
    assertThat(config.replication())
        .isEqualTo(new ProxyConfig.Replication("replicator", new Secret("from file")));
    assertThat(config.benchmark())
        .isEqualTo(new ProxyConfig.Benchmark("bench", "bencher", new Secret("from file")));
    assertThat(config.freshness())
        .isEqualTo(new ProxyConfig.Freshness(Duration.ofMillis(8), Duration.ofMillis(90)));
    String tableOnly =
        SettingTable.settings().stream()
            .filter(setting -> !setting.section().equals("TLS")) // TlsSettingsTest
            .filter(setting -> !setting.section().equals("Load balancing")) // RoutingRulesTest
            .filter(setting -> !setting.section().equals("Service address")) // its own test
            .filter(setting -> !ClusterSettingsTest.TESTED.contains(setting.name()))
            .filter(setting -> !PairSettingsTest.TESTED.matcher(setting.name()).matches())
            .filter(setting -> !ManagementSettingsTest.TESTED.matcher(setting.name()).matches())
            .map(Setting::name)
            .filter(name -> !config.assigned().containsKey(name.replaceFirst("N$", "0")))
            .toList()
            .toString();
    assertThat(tableOnly).isEqualTo("[max_clients, health_check_password_file]");
  }

  private ProxyConfig load(Path file) throws ConfigException {
    return ProxyConfig.load(file, new Surroundings("box", "dba", Path.of("/home/dba"), Map.of()));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}

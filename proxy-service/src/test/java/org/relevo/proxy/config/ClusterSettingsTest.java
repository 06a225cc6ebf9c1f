package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.core.BackendId;

class ClusterSettingsTest {
  /// Settings that are seen to arrive here and in [RaftSettingsTest].
  static final Set<String> TESTED =
      Set.of(
          "backend_memberN",
          "backend_priorityN",
          "quorum_members",
          "member_name",
          "raft_host",
          "raft_port",
          "raft_tls_cert",
          "raft_tls_key",
          "raft_tls_ca",
          "quorum_election_timeout",
          "cluster_control",
          "lease_duration",
          "min_failover_interval",
          "min_failover_interval_unseen",
          "max_failover_interval",
          "failover_calm_time",
          "failover_command",
          "failback_command",
          "follow_primary_command",
          "hook_timeout",
          "fence_command",
          "agent_restart_grace",
          "synchronous_mode",
          "synchronous_node_count",
          "synchronous_mode_strict",
          "maximum_lag_on_failover");

  private static final String SERVERS =
      """
      data_directory = 'state'
      backend_clustering_mode = 'streaming_replication'
      backend_hostname0 = '127.0.0.1'
      backend_port0 = 5001
      backend_data_directory0 = '/data/0'
      backend_hostname1 = '127.0.0.1'
      backend_port1 = 5002
      """;
  private static final String QUORUM =
      """
      quorum_members = 'a=127.0.0.1:1, b=127.0.0.1:2, w=127.0.0.1:3:witness'
      member_name = 'a'
      """;
  private static final String ON_A = "backend_member0 = 'a'\nbackend_member1 = 'b'\n";
  private static final String PROGRAMS = "pg_bindir = '/pg/bin'\n";

  @TempDir private Path folder;

  private ProxyConfig load(String... parts) throws Exception {
    return ProxyConfig.load(
        Files.writeString(folder.resolve("relevo.conf"), String.join("", parts)));
  }

  private void refused(String why, String... parts) {
    assertThatThrownBy(() -> load(parts))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(
                        e.problems().stream()
                            .map(ConfigProblem::toString)
                            .collect(Collectors.joining("\n")))
                    .contains(why));
  }

  @Test
  void failoversKeepTheirDistanceAsConfigured() throws Exception {
    String intervals =
        """
        min_failover_interval = 20s
        min_failover_interval_unseen = 5min
        max_failover_interval = 1h
        failover_calm_time = 2h
        """;
    assertThat(load(SERVERS, QUORUM, ON_A, PROGRAMS).cluster().orElseThrow().intervals())
        .isEqualTo(intervals(10, 600, 1200, 1200));
    assertThat(load(SERVERS, QUORUM, ON_A, PROGRAMS, intervals).cluster().orElseThrow().intervals())
        .isEqualTo(intervals(20, 300, 3600, 7200));
    Path witness =
        Files.writeString(
            folder.resolve("witness.conf"),
            "data_directory = 'w'\n" + QUORUM.replace("'a'\n", "'w'\n") + intervals);
    assertThat(WitnessConfig.load(witness).intervals()).isEqualTo(intervals(20, 300, 3600, 7200));
    refused(
        "is less than min_failover_interval",
        SERVERS,
        QUORUM,
        ON_A,
        PROGRAMS,
        "max_failover_interval = 5s\n");
  }

  private static FailoverIntervals intervals(long least, long unseen, long most, long calm) {
    return new FailoverIntervals(
        Duration.ofSeconds(least),
        Duration.ofSeconds(unseen),
        Duration.ofSeconds(most),
        Duration.ofSeconds(calm));
  }

  @Test
  void commandsThatNobodyCallsAreTold() throws Exception {
    String hooks = "failover_command = 'page'\nfence_command = ''\nfollow_primary_command = 'f'\n";
    assertThat(load(SERVERS, hooks).warnings())
        .extracting(ConfigWarning::key)
        .contains("failover_command", "follow_primary_command")
        .doesNotContain("fence_command", "failback_command");
    assertThat(load(SERVERS, QUORUM, ON_A, PROGRAMS, hooks).warnings())
        .extracting(ConfigWarning::key)
        .doesNotContain("failover_command", "follow_primary_command");
  }

  @Test
  void withoutMembersNothingIsControlled() throws Exception {
    assertThat(load(SERVERS).cluster()).isEmpty();
  }

  @Test
  void membersControlTheServersOfTheirMachines() throws Exception {
    ClusterSettings cluster = load(SERVERS, QUORUM, ON_A, PROGRAMS).cluster().orElseThrow();
    assertThat(cluster.self()).isEqualTo(new MemberId("a"));
    assertThat(cluster.lease()).isEqualTo(Duration.ofSeconds(3));
    assertThat(cluster.sync()).isEqualTo(new SyncRule(SyncRule.Mode.QUORUM, 1, false, 1L << 20));
    assertThat(cluster.agents())
        .containsEntry(new BackendId(0), new MemberId("a"))
        .containsEntry(new BackendId(1), new MemberId("b"));
    assertThat(cluster.own(new BackendId(0))).isTrue();
    assertThat(cluster.own(new BackendId(1))).isFalse();
    assertThat(load(SERVERS, QUORUM, "cluster_control = off\n").cluster()).isEmpty();
  }

  @Test
  void everythingElseArrives() throws Exception {
    ProxyConfig config =
        load(
            SERVERS,
            QUORUM,
            ON_A,
            PROGRAMS,
            """
            lease_duration = 6s
            synchronous_mode = async
            synchronous_node_count = 2
            synchronous_mode_strict = on
            maximum_lag_on_failover = 64kB
            backend_priority1 = 0
            failover_command = 'lost %d'
            failback_command = 'back %d'
            follow_primary_command = 'follow %d'
            hook_timeout = 5
            fence_command = 'fence'
            agent_restart_grace = 7
            """);
    ClusterSettings cluster = config.cluster().orElseThrow();
    assertThat(cluster.lease()).isEqualTo(Duration.ofSeconds(6));
    assertThat(cluster.sync()).isEqualTo(new SyncRule(SyncRule.Mode.ASYNC, 2, true, 65536));
    assertThat(cluster.priorities())
        .containsEntry(new BackendId(0), 1)
        .containsEntry(new BackendId(1), 0);
    assertThat(config.failover())
        .isEqualTo(
            new ProxyConfig.Failover(
                "lost %d",
                "back %d", "follow %d", Duration.ofSeconds(5), "fence", Duration.ofSeconds(7)));
  }

  @Test
  void aServiceAloneControlsTheServersOfItsMachine() throws Exception {
    ClusterSettings cluster =
        load(SERVERS, "cluster_control = on\nproxy_id = 'solo'\n", PROGRAMS)
            .cluster()
            .orElseThrow();
    assertThat(cluster.self()).isEqualTo(new MemberId("solo"));
    assertThat(cluster.agents()).containsOnlyKeys(new BackendId(0));
  }

  @Test
  void whatCannotBeIsRefusedWithAWayOut() {
    refused("say by backend_member0", SERVERS, QUORUM, PROGRAMS);
    refused("'c' is no service", SERVERS, QUORUM, PROGRAMS, "backend_member0 = 'c'\n");
    refused("'w' is no service", SERVERS, QUORUM, PROGRAMS, "backend_member0 = 'w'\n");
    refused("needs pg_bindir", SERVERS, QUORUM, ON_A);
    refused(
        "add backend_data_directory1",
        SERVERS,
        QUORUM,
        PROGRAMS,
        "backend_member0 = 'b'\nbackend_member1 = 'a'\n");
    refused(
        "needs backend_clustering_mode",
        SERVERS,
        QUORUM,
        ON_A,
        PROGRAMS,
        "backend_clustering_mode = 'raw'\n");
  }
}

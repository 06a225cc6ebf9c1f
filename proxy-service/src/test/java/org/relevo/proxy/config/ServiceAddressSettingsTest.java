package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.resource.spec.GroupSpec;
import org.relevo.proxy.resource.spec.ResourceSpec;

class ServiceAddressSettingsTest {
  private static final String CLUSTER =
      """
      data_directory = 'state'
      backend_clustering_mode = 'streaming_replication'
      backend_hostname0 = '127.0.0.1'
      backend_data_directory0 = '/data/0'
      quorum_members = 'a=127.0.0.1:1, b=127.0.0.1:2, w=127.0.0.1:3:witness'
      member_name = 'a'
      backend_member0 = 'a'
      pg_bindir = '/pg/bin'
      """;

  @TempDir private Path folder;

  private ProxyConfig load(String... parts) throws Exception {
    return ProxyConfig.load(
        Files.writeString(folder.resolve("relevo.conf"), String.join("", parts)));
  }

  @Test
  void everySettingArrives() throws Exception {
    ResourceSettings resources =
        load(
                CLUSTER,
                """
                service_addresses = '192.0.2.10/24@eth1, 2001:db8::10@eth1'
                service_resources = '/opt/mail::quick'
                service_preferred_member = 'b'
                service_failback = on
                resource_group3 = 'a IPaddr2::192.0.2.11/24/eth1'
                address_probe_timeout = 40ms
                address_announce_period = 2s
                resource_monitor_period = 3s
                resource_timeout = 4s
                resource_restarts = 5
                resource_rest = 6s
                """)
            .cluster()
            .orElseThrow()
            .resources();
    assertThat(resources.groups())
        .containsExactly(
            new GroupSpec(
                "service",
                List.of(
                    ResourceSpec.parse("192.0.2.10/24@eth1"),
                    ResourceSpec.parse("2001:db8::10@eth1"),
                    ResourceSpec.parse("/opt/mail::quick")),
                "b",
                true),
            new GroupSpec(
                "group3", List.of(ResourceSpec.parse("IPaddr2::192.0.2.11/24/eth1")), "a", true));
    assertThat(resources.times())
        .isEqualTo(
            new GroupSpec.Times(
                Duration.ofMillis(40),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5,
                Duration.ofSeconds(6)));
  }

  @Test
  void pgpoolsNameMeansTheSame() throws Exception {
    assertThat(
            load(CLUSTER, "delegate_ip = '192.0.2.10/24@eth1'\n")
                .cluster()
                .orElseThrow()
                .resources()
                .groups())
        .extracting(GroupSpec::resources)
        .containsExactly(List.of(ResourceSpec.parse("192.0.2.10/24@eth1")));
  }

  @Test
  void whatCannotBeIsRefusedWithAWayOut() {
    refused("'/opt/mail' is no address", CLUSTER, "service_addresses = '/opt/mail'\n");
    refused("is there twice", CLUSTER, "service_addresses = '192.0.2.10/24@e, 192.0.2.10/24@e'\n");
    refused(
        "'w' is no service of quorum_members",
        CLUSTER,
        "service_addresses = '192.0.2.10'\nservice_preferred_member = 'w'\n");
    refused("names no resource", CLUSTER, "resource_group0 = 'a'\n");
    refused(
        "use at least 2s", CLUSTER, "service_addresses = '192.0.2.10'\nlease_duration = 1500ms\n");
    refused("needs cluster_control", "backend_hostname0 = 'a'\nservice_addresses = '192.0.2.10'\n");
  }

  private void refused(String why, String... parts) {
    assertThatThrownBy(() -> load(parts))
        .isInstanceOfSatisfying(
            ConfigException.class,
            problem ->
                assertThat(problem.problems()).anyMatch(each -> each.toString().contains(why)));
  }

  @Test
  void aProgramMovesTheAddressesWhereItIsNamed() throws Exception {
    ResourceSettings resources =
        load(
                CLUSTER,
                """
                service_addresses = '192.0.2.10, 2001:db8::10'
                service_address_command = '/opt/route::table-7'
                service_resources = '/opt/mail'
                """)
            .cluster()
            .orElseThrow()
            .resources();
    assertThat(resources.groups().getFirst().resources())
        .containsExactly(
            moved("192.0.2.10"), moved("2001:db8:0:0:0:0:0:10"), ResourceSpec.parse("/opt/mail"));
  }

  private static ResourceSpec moved(String address) {
    return new ResourceSpec.Program(
        ResourceSpec.Program.Kind.LSB, address, "/opt/route", List.of("table-7", address));
  }

  @Test
  void aProgramThatMovesNothingOrIsNoneIsRefused() {
    assertThatThrownBy(() -> load(CLUSTER, "service_address_command = '/opt/route'\n"))
        .hasMessageContaining("service_address_command")
        .hasMessageContaining("moves nothing without service_addresses");
    assertThatThrownBy(() ->
            load(CLUSTER, "service_addresses = '192.0.2.10'\nservice_address_command = 'route'\n"))
        .hasMessageContaining("'route' is not the path of a program");
  }
}

package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.core.Place;

/// Two machines without a third.
class PairSettingsTest {
  static final Pattern TESTED = Pattern.compile("quorum|pair_.*|heartbeat_.*");

  private static final String TWO =
      """
      quorum = 'pair'
      quorum_members = 'a=127.0.0.1:9900, b=127.0.0.2:9900'
      member_name = 'b'
      cluster_control = off
      backend_hostname0 = '10.0.0.9'
      """;

  @TempDir private Path folder;

  private ProxyConfig load(String text) throws IOException, ConfigException {
    Path file = Files.writeString(folder.resolve("relevo.conf"), text);
    return ProxyConfig.load(file, new Surroundings("box", "dba", folder, Map.of()));
  }

  @Test
  void everySettingReachesTheConfiguration() throws Exception {
    ProxyConfig config =
        load(
            TWO
                + """
                pair_key_file = 'key'
                heartbeat_paths = 'a=10.0.0.1 b=10.0.0.2:77, b=[fd00::2]:78 a=fd00::1'
                heartbeat_port = 694
                heartbeat_keepalive = 2s
                heartbeat_warntime = 10s
                heartbeat_deadtime = 30s
                heartbeat_initdead = 2min
                pair_ping_nodes = '10.0.0.254, 10.0.0.53:53'
                pair_fence_agent = '/usr/sbin/fence_ipmilan'
                pair_fence_options = 'ip=10.0.9.2; username=a=b'
                pair_fence_timeout = 31
                pair_fence_delay = 6
                pair_fence_retry = 11
                """);
    PairConfig pair = config.raft().orElseThrow().pair().orElseThrow();
    assertThat(pair.other().id().value()).isEqualTo("a");
    assertThat(pair.keyFile()).isEqualTo(folder.resolve("key"));
    assertThat(pair.ways())
        .containsExactly(
            new PairConfig.Way(new Place("10.0.0.2", 77), new Place("10.0.0.1", 694)),
            new PairConfig.Way(new Place("fd00::2", 78), new Place("fd00::1", 694)));
    assertThat(pair.keepalive()).hasSeconds(2);
    assertThat(pair.warnTime()).hasSeconds(10);
    assertThat(pair.deadTime()).hasSeconds(30);
    assertThat(pair.initDead()).hasSeconds(120);
    assertThat(pair.pingNodes())
        .containsExactly(new Place("10.0.0.254", 0), new Place("10.0.0.53", 53));
    PairConfig.Fence fence = pair.fence().orElseThrow();
    assertThat(fence.program()).isEqualTo(Path.of("/usr/sbin/fence_ipmilan"));
    assertThat(fence.options()).isEqualTo(Map.of("ip", "10.0.9.2", "username", "a=b"));
    assertThat(fence.limit()).hasSeconds(31);
    assertThat(pair.fenceDelay()).hasSeconds(6);
    assertThat(pair.fenceRetry()).hasSeconds(11);
    assertThat(SettingReport.states(config))
        .as("the options of the agent can be passwords")
        .noneMatch(each -> each.toString().contains("=a=b"));
  }

  @Test
  void aMajorityDecidesUnlessItIsSaidOtherwise() throws Exception {
    ProxyConfig config = load(TWO.replace("quorum = 'pair'\n", ""));
    assertThat(config.raft().orElseThrow().pair()).isEmpty();
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatThrownBy(() -> load(TWO)).hasMessageContaining("pair_key_file");
    String keyed = TWO + "pair_key_file = 'key'\n";
    assertThatThrownBy(() -> load(keyed.replace("9900'", "9900, w=127.0.0.3:9900:witness'")))
        .hasMessageContaining("two services without a third");
    assertThatThrownBy(() -> load(keyed + "heartbeat_paths = 'a=10.0.0.1'\n"))
        .hasMessageContaining("is no path");
    assertThatThrownBy(() -> load(keyed + "heartbeat_paths = 'a=10.0.0.1:99999 b=10.0.0.2'\n"))
        .hasMessageContaining("outside 1 to 65535");
    assertThatThrownBy(() -> load(keyed + "heartbeat_deadtime = 1s\n"))
        .hasMessageContaining("heartbeat_warntime");
    assertThatThrownBy(() -> load(keyed + "heartbeat_keepalive = 5s\n"))
        .hasMessageContaining("heartbeat_keepalive");
    assertThatThrownBy(() -> load("quorum = 'pair'\n")).hasMessageContaining("quorum_members");
    assertThatThrownBy(() -> load(keyed + "pair_fence_agent = '/f'\npair_fence_options = 'x'\n"))
        .hasMessageContaining("key=value");
  }
}

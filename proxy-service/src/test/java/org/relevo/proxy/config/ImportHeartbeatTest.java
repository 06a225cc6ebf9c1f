package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.ctl.CtlMain;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.core.Place;
import org.relevo.proxy.resource.spec.GroupSpec;
import org.relevo.proxy.resource.spec.ResourceSpec;

/// Heartbeat's files of 2009 become settings that a service takes.
class ImportHeartbeatTest {
  @TempDir private Path folder;

  private String importing(String... more) throws Exception {
    return importing(java.util.List.of(more), "");
  }

  private String importing(java.util.List<String> more, String line) throws Exception {
    Files.writeString(
        folder.resolve("ha.cf"),
        line
            + "\n"
            + """
            logfacility local0
            keepalive 2
            deadtime 30
            warntime 10
            initdead 120
            udpport 694
            bcast eth0
            auto_failback off
            node pgsql1 # uname -n
            node pgsql2 # uname -n
            ping 192.168.0.1 # router
            respawn hacluster /usr/lib/heartbeat/ipfail
            """);
    Files.writeString(folder.resolve("haresources"), "pgsql1 192.168.0.2 pgpool2\n");
    Files.writeString(
        folder.resolve("authkeys"), "auth 1\n1 sha1 57ef7ac02cf6aef7e13131622598f94778fb07d6\n");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    java.util.List<String> arguments =
        new java.util.ArrayList<>(
            java.util.List.of("config", "import-heartbeat", folder.toString()));
    arguments.addAll(more);
    int code =
        CtlMain.execute(
            arguments.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }

  @Test
  void theThreeFilesBecomeSettingsThatAreTaken() throws Exception {
    Path file = folder.resolve("relevo.conf");
    Files.writeString(
        file,
        """
        backend_hostname0 = 'pgsql1'
        backend_port0 = 5432
        backend_data_directory0 = '/var/lib/postgresql/data'
        backend_hostname1 = 'pgsql2'
        backend_data_directory1 = '/var/lib/postgresql/data'
        pg_bindir = '/usr/lib/postgresql/18/bin'
        """);
    String said = importing("--witness", "w=192.168.0.1", "--write", file.toString());
    ProxyConfig config = ProxyConfig.load(file);
    ClusterSettings cluster = config.cluster().orElseThrow();
    assertThat(config.raft().orElseThrow().members()).hasSize(3);
    assertThat(cluster.self()).isEqualTo(new MemberId("pgsql1"));
    GroupSpec service = cluster.resources().groups().getFirst();
    assertThat(service.resources()).singleElement().isInstanceOf(ResourceSpec.Address.class);
    assertThat(service.resources().getFirst().name()).isEqualTo("192.168.0.2");
    assertThat(service.preferred()).isEqualTo("pgsql1");
    assertThat(service.takesBack()).isFalse();
    assertThat(said).contains("# pgpool2: not started").doesNotContain("57ef7ac0");
  }

  @Test
  void everyLineIsAccountedForWithAWitness() throws Exception {
    assertThat(importing("--witness", "w=192.168.0.1"))
        .contains("# keepalive 2:")
        .contains("# deadtime 30:")
        .contains("# bcast eth0:")
        .contains("# ping 192.168.0.1:")
        .contains("# respawn hacluster")
        .contains("# authkeys:");
  }

  @Test
  void withoutAWitnessTheTwoAreAPairThatIsTaken() throws Exception {
    Path file = folder.resolve("relevo.conf");
    Files.writeString(
        file,
        """
        backend_hostname0 = 'pgsql1'
        backend_data_directory0 = '/var/lib/postgresql/data'
        backend_hostname1 = 'pgsql2'
        backend_data_directory1 = '/var/lib/postgresql/data'
        pg_bindir = '/usr/lib/postgresql/18/bin'
        """);
    String said = importing("--member", "pgsql2", "--write", file.toString());
    assertThat(said)
        .contains("# bcast eth0:")
        .contains("# respawn hacluster")
        .contains("# no device switches the other machine off")
        .contains("# authkeys:")
        .doesNotContain("57ef7ac0");
    ProxyConfig config = ProxyConfig.load(file);
    PairConfig pair = config.raft().orElseThrow().pair().orElseThrow();
    assertThat(pair.other().id()).isEqualTo(new MemberId("pgsql1"));
    assertThat(pair.keepalive()).hasSeconds(2);
    assertThat(pair.warnTime()).hasSeconds(10);
    assertThat(pair.deadTime()).hasSeconds(30);
    assertThat(pair.initDead()).hasSeconds(120);
    assertThat(pair.pingNodes()).containsExactly(new Place("192.168.0.1", 0));
    assertThat(pair.ways())
        .containsExactly(new PairConfig.Way(new Place("pgsql2", 694), new Place("pgsql1", 694)));
    assertThat(pair.fence()).isEmpty();
    assertThat(config.cluster().orElseThrow().resources().groups().getFirst().takesBack())
        .isFalse();
    assertThat(pair.keyFile()).isEqualTo(folder.resolve("pair.key").toAbsolutePath());
    assertThat(Files.readString(pair.keyFile()).strip())
        .isEqualTo("57ef7ac02cf6aef7e13131622598f94778fb07d6");
    assertThat(Files.getPosixFilePermissions(pair.keyFile())).hasSize(2);
  }

  @Test
  void aStonithDeviceBecomesAFenceAgent() throws Exception {
    String said =
        importing(
            java.util.List.of(), "stonith_host * external/ipmi pgsql1 10.0.9.1 admin secret1234");
    assertThat(said)
        .contains("pair_fence_agent = '/usr/sbin/fence_ipmilan'")
        .doesNotContain("secret1234")
        .doesNotContain("# no device");
  }
}

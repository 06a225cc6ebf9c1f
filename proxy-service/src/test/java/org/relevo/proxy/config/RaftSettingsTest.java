package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.Member.Kind;
import org.relevo.proxy.cluster.MemberId;

class RaftSettingsTest {
  private static final String LOCAL = "a=127.0.0.1:1, b=localhost:2, w=[::1]:3:witness";
  private static final String REMOTE = "a=10.0.0.1, b=10.0.0.2:9950, w=w.example:witness";

  @TempDir private Path folder;

  private WitnessConfig witness(String members, String... more) throws Exception {
    return WitnessConfig.load(file("quorum_members = '" + members + "'", more));
  }

  private Path file(String first, String... more) throws IOException {
    return Files.writeString(
        folder.resolve("relevo.conf"), first + "\n" + String.join("\n", more) + "\n");
  }

  private void refused(String part, String members, String... more) {
    assertThatThrownBy(() -> witness(members, more))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(
                        e.problems().stream()
                            .map(ConfigProblem::toString)
                            .collect(Collectors.joining("\n")))
                    .contains(part)
                    .contains("relevo.conf"));
  }

  @Test
  void membersAreRead() throws Exception {
    RaftSettings raft = witness(LOCAL, "member_name = 'w'").raft();
    assertThat(raft.self()).isEqualTo(new MemberId("w"));
    assertThat(raft.members())
        .containsExactly(
            new RaftSettings.Peer(new MemberId("a"), Kind.SERVICE, "127.0.0.1", 1),
            new RaftSettings.Peer(new MemberId("b"), Kind.SERVICE, "localhost", 2),
            new RaftSettings.Peer(new MemberId("w"), Kind.WITNESS, "::1", 3));
    assertThat(raft.listenHost()).isEqualTo("::1");
    assertThat(raft.listenPort()).isEqualTo(3);
    assertThat(raft.files()).isEmpty();
  }

  @Test
  void membersElsewhereNeedCertificates() throws Exception {
    refused("a, b, w can be on other machines", REMOTE, "member_name = 'w'");
    refused(
        "belong together",
        REMOTE,
        "member_name = 'w'",
        "raft_tls_cert = 'c'",
        "raft_tls_key = 'k'");
    RaftSettings raft =
        witness(
                REMOTE,
                "member_name = 'w'",
                "raft_host = '*'",
                "raft_port = 9911",
                "raft_tls_cert = 'c'",
                "raft_tls_key = 'k'",
                "raft_tls_ca = 'ca'")
            .raft();
    assertThat(raft.files())
        .hasValueSatisfying(
            files -> assertThat(files.authorities()).isEqualTo(folder.resolve("ca")));
    assertThat(raft.members())
        .extracting(RaftSettings.Peer::port)
        .containsExactly(9911, 9950, 9911);
    assertThat(raft.listenHost()).isEmpty();
    assertThat(raft.listenPort()).isEqualTo(9911);
  }

  @Test
  void whatIsWrongIsSaidWithItsPlaceAndAWayOut() {
    String self = "member_name = 'w'";
    refused("write it as name=host:port", LOCAL + ", nonsense", self);
    refused("'a' is there twice", LOCAL + ", a=127.0.0.1:9", self);
    refused("is at the same address as a", LOCAL + ", d=127.0.0.1:1", self);
    refused("port 70000", LOCAL + ", d=127.0.0.1:70000", self);
    refused("1 to 63 letters", LOCAL + ", d d=127.0.0.1:7", self);
    refused("use one of a, b, w", LOCAL, "member_name = 'x'");
    refused("add :witness", LOCAL, "member_name = 'a'");
    refused("write it as", "a=::1, " + LOCAL, self);
    refused("at most 7", LOCAL + ", d=[::1]:4, e=[::1]:5, f=[::1]:6, g=[::1]:7, h=[::1]:8", self);
    refused("is needed by a witness", "", self);
    refused("has no meaning for a witness", LOCAL, self, "backend_hostname0 = 'h'");
  }

  @Test
  void twoOrAnEvenNumberIsWarnedOf() throws Exception {
    assertThat(witness("a=localhost:1, w=localhost:2:witness", "member_name = 'w'").warnings())
        .hasSize(1)
        .allMatch(warning -> warning.message().contains("add a third"));
    assertThat(witness(LOCAL + ", d=localhost:4", "member_name = 'w'").warnings())
        .hasSize(1)
        .allMatch(warning -> warning.message().contains("no more losses than 3"));
  }

  @Test
  void aServiceNeedNotBeInAQuorumAndIsNoWitness() throws Exception {
    ProxyConfig alone = ProxyConfig.load(file("backend_hostname0 = 'h'"));
    assertThat(alone.raft()).isEmpty();
    ProxyConfig member =
        ProxyConfig.load(
            file("backend_hostname0 = 'h'", "quorum_members = '" + LOCAL + "'", "proxy_id = 'a'"));
    assertThat(member.raft())
        .hasValueSatisfying(raft -> assertThat(raft.self()).isEqualTo(new MemberId("a")));
    assertThatThrownBy(() ->
            ProxyConfig.load(
                file(
                    "backend_hostname0 = 'h'",
                    "quorum_members = '" + LOCAL + "'",
                    "member_name = 'w'")))
        .hasMessageContaining("relevo witness");
  }
}

package org.relevo.proxy.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.Pki;

/// A member here and two witnesses as processes of their own, which are killed and frozen.
class QuorumProcessIT {
  private static final Path ROOT = Path.of(System.getProperty("relevo.root", ".."));
  private static final long MOST_RESIDENT_KB = 192 << 10;
  private static final Duration PROCESS_STARTS = Duration.ofSeconds(90);
  private static final Duration NEW_LEADER = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final Map<String, JavaProgram> witnesses = new HashMap<>();
  private List<QuorumMember> members = List.of();
  private TestMember here;
  private boolean paused;

  @AfterEach
  void stop() {
    if (here != null) {
      here.close();
    }
    witnesses.values().forEach(each -> each.process().destroyForcibly());
  }

  @Test
  void goesOnWhenItsLeaderIsKilledOrFrozen() throws Exception {
    start();
    Await.until(PROCESS_STARTS, () -> here.log().status().toString(), this::knowsLeader);
    assertThat(propose(found()).refusal()).isEmpty();
    commit("first");

    lead("b");
    witnesses.get("b").process().destroyForcibly().waitFor();
    commitWithin(NEW_LEADER, "after the kill");
    startWitness("b");
    awaitFollowed("b");

    lead("c");
    witnesses.get("c").signal("STOP");
    commitWithin(NEW_LEADER, "after the freeze");
    witnesses.get("c").signal("CONT");
    awaitFollowed("c");

    for (JavaProgram witness : witnesses.values()) {
      assertThat(residentKb(witness)).isLessThan(MOST_RESIDENT_KB);
    }
    witnesses.get("b").signal("TERM");
    assertThat(witnesses.get("b").awaitEnd(20)).isZero();
    assertThat(witnesses.get("b").errors()).isEmpty();
    commit("last");
    assertThat(here.reasons())
        .containsSubsequence(
            "paused: first",
            "resumed: after the kill",
            "paused: after the freeze",
            "resumed: last");
    assertThat(here.log().state().systemIdentifier()).isEqualTo("7");
  }

  private void start() throws Exception {
    Pki authority = new Pki("quorum of processes");
    List<QuorumMember> free = TestMember.members(3);
    members = List.of(free.get(0), witness(free.get(1)), witness(free.get(2)));
    for (String name : List.of("b", "c")) {
      Path own = Files.createDirectories(folder.resolve(name));
      Pki.Issued issued = authority.issue(name, "127.0.0.1");
      issued.writeCertificate(own.resolve("member.pem"));
      issued.writeKey(own.resolve("member.key"));
      authority.writeAuthority(own.resolve("ca.pem"));
      Files.writeString(
          own.resolve("witness.conf"),
          """
          cluster_name = 'test'
          quorum_members = '%s'
          member_name = '%s'
          raft_tls_cert = 'member.pem'
          raft_tls_key = 'member.key'
          raft_tls_ca = 'ca.pem'
          quorum_election_timeout = %d
          data_directory = 'data'
          """
              .formatted(written(), name, TestMember.ELECTION.toMillis()));
      startWitness(name);
    }
    here = TestMember.start(folder, "a", members, authority, Machine.ofCluster());
  }

  private static QuorumMember witness(QuorumMember member) {
    return new QuorumMember(member.id(), Member.Kind.WITNESS, member.host(), member.port());
  }

  private String written() {
    StringBuilder text = new StringBuilder();
    for (QuorumMember member : members) {
      text.append(text.isEmpty() ? "" : ", ").append(member.id()).append('=');
      text.append(member.address());
      text.append(member.kind() == Member.Kind.WITNESS ? ":witness" : "");
    }
    return text.toString();
  }

  private void startWitness(String name) throws Exception {
    witnesses.put(
        name,
        JavaProgram.start(
            folder,
            flags(),
            "org.relevo.proxy.Main",
            List.of(
                "witness", "--config", folder.resolve(name).resolve("witness.conf").toString())));
  }

  /// As `scripts/relevo witness` has them.
  private static List<String> flags() throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                ". \"$0/scripts/lib/proxy.sh\"; relevo_witness_flags; "
                    + "printf '%s\\n' \"${relevo_witness_flags[@]}\"",
                ROOT.toAbsolutePath().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    return said.lines().toList();
  }

  private static Command found() {
    Member member =
        new Member(new MemberId("a"), Member.Kind.SERVICE, "h", 1, new TreeSet<BackendId>());
    return new Command.Found(
        "7",
        List.of(member),
        List.of(),
        org.relevo.proxy.cluster.ClusterMachine.initial().sync(),
        new Command.Why(0, "test", "", "begin"));
  }

  private boolean knowsLeader() {
    return here.log().leadership().leader().isPresent();
  }

  private ClusterLog.Outcome propose(Command command) throws Exception {
    return here.log().propose(command).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void commit(String reason) throws Exception {
    paused = !paused; // the same twice is refused
    Command.Why why = new Command.Why(0, "test", "", reason);
    assertThat(propose(new Command.Pause(paused, why)).refusal()).isEmpty();
  }

  private void commitWithin(Duration limit, String reason) throws Exception {
    long before = System.nanoTime();
    Await.until(
        limit,
        () -> here.log().status().toString(),
        () -> {
          commit(reason);
          return true;
        });
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(limit);
  }

  private void lead(String name) {
    MemberId id = new MemberId(name);
    Await.until(
        () -> name + " does not lead: " + here.log().status(),
        () -> {
          here.log().transferLeadership(id).toCompletableFuture().get(5, TimeUnit.SECONDS);
          return here.log().leadership().leader().equals(java.util.Optional.of(id));
        });
  }

  /// Leads here and then sees the other one answer and have everything.
  private void awaitFollowed(String name) {
    Await.until(
        PROCESS_STARTS,
        () -> name + " does not follow: " + here.log().status(),
        () -> {
          if (!here.leads()) {
            here.log()
                .transferLeadership(new MemberId("a"))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
          }
          QuorumStatus status = here.log().status();
          return here.leads()
              && status.peers().stream()
                  .anyMatch(peer ->
                      peer.id().value().equals(name)
                          && peer.contactMs() >= 0
                          && peer.contactMs() < TestMember.ELECTION.toMillis()
                          && peer.committed() == status.committed());
        });
  }

  private static long residentKb(JavaProgram program) throws IOException {
    Path status = Path.of("/proc", Long.toString(program.process().pid()), "status");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }
}

package org.relevo.proxy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.QuorumStatus.Peer;
import org.relevo.proxy.consensus.QuorumStatus.Phase;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Pki;

/// Members in one process, on real sockets with mutual TLS and real files.
class QuorumIT {
  private static Pki authority;

  @TempDir private Path folder;
  private final List<TestMember> members = new ArrayList<>();

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority = new Pki("quorum of a test");
  }

  @AfterEach
  void stop() {
    members.forEach(TestMember::close);
  }

  private TestMember start(String name, List<QuorumMember> all) throws Exception {
    TestMember member = TestMember.start(folder, name, all, authority);
    members.add(member);
    return member;
  }

  private List<TestMember> startAll(List<QuorumMember> all) throws Exception {
    for (QuorumMember each : all) {
      start(each.id().value(), all);
    }
    return members;
  }

  @Test
  void commandsCountEverywhereWhoeverProposes() throws Exception {
    startAll(TestMember.members(3));
    TestMember leader = TestMember.awaitLeader(members);
    List<Recorder> recorders = new ArrayList<>();
    for (TestMember member : members) {
      Recorder recorder = new Recorder();
      member.log().listen(recorder);
      recorders.add(recorder);
    }
    for (int i = 0; i < 10; i++) {
      for (TestMember member : members) {
        assertThat(member.commit("r" + i + member.id()).refusal()).isEmpty();
      }
    }
    assertThat(leader.commit("no").refusal()).isEqualTo("refused: no");
    leader.commit("last");
    for (TestMember member : members) {
      member.awaitReason("last");
      assertThat(member.log().state()).isEqualTo(leader.log().state());
    }
    assertThat(leader.log().state().epoch()).isEqualTo(31);
    for (Recorder recorder : recorders) {
      Await.until(recorder::toString, () -> recorder.events().getLast().contains(" last 31"));
      assertThat(recorder.events().stream().filter(each -> each.startsWith("applied"))).hasSize(32);
    }
    QuorumStatus status = leader.log().status();
    assertThat(status.phase()).isEqualTo(Phase.MEMBER);
    assertThat(status.leader()).contains(leader.id());
    assertThat(status.committed()).isEqualTo(status.applied()).isGreaterThan(31);
    assertThat(status.peers()).extracting(Peer::contactMs).allMatch(ms -> ms >= 0 && ms < 5000);
  }

  @Test
  void aStoppedLeaderHandsOverAndComesBackWithItsStorage() throws Exception {
    startAll(TestMember.members(3));
    TestMember first = TestMember.awaitLeader(members);
    first.commit("a");
    first.close();
    TestMember second = TestMember.awaitLeader(members);
    assertThat(second).isNotSameAs(first);
    second.commit("b");
    first.start();
    first.awaitReason("b");
    assertThat(first.reasons()).containsExactly("a", "b");
    second.log().transferLeadership(first.id()).toCompletableFuture().get(10, TimeUnit.SECONDS);
    Await.until(() -> first.log().status().toString(), first::leads);
    first.log().stepDown().toCompletableFuture().get(10, TimeUnit.SECONDS);
    Await.until("still leads", () -> !first.leads());
    TestMember.awaitLeader(members).commit("c");
  }

  @Test
  void aMemberThatLostItsStorageComesBackWithoutAVoteFirst() throws Exception {
    startAll(TestMember.members(3));
    TestMember leader = TestMember.awaitLeader(members);
    TestMember wiped = members.stream().filter(each -> each != leader).findFirst().orElseThrow();
    leader.commit("a");
    wiped.close();
    wiped.wipe();
    // More than one snapshot's worth, so that the log before it is gone.
    for (int i = 0; i < 1100; i += 100) {
      commitMany(leader, 100);
    }
    Await.until("no snapshot", () -> leader.log().status().snapshot() > 0);
    Recorder recorder = new Recorder();
    wiped.start();
    wiped.log().listen(recorder);
    Await.until(
        () -> wiped.log().status().toString(), () -> wiped.log().status().phase() == Phase.MEMBER);
    leader.commit("after");
    wiped.awaitReason("after");
    assertThat(wiped.log().state()).isEqualTo(leader.log().state());
    assertThat(recorder.events()).anyMatch(each -> each.matches("installed [1-9]\\d{2,} .*"));
    assertThat(leader.log().status().peers()).hasSize(3);
  }

  private static void commitMany(TestMember member, int count) throws Exception {
    List<java.util.concurrent.CompletableFuture<ClusterLog.Outcome>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(member.log().propose(TestMachine.pause("many")).toCompletableFuture());
    }
    for (var each : all) {
      each.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void membersComeAndGoOnline() throws Exception {
    List<QuorumMember> four = TestMember.members(4);
    startAll(four.subList(0, 3));
    TestMember leader = TestMember.awaitLeader(members);
    leader.commit("a");
    TestMember fourth = start("d", four);
    Await.until(
        () -> fourth.log().status().toString(),
        () -> fourth.log().status().phase() == Phase.MEMBER);
    fourth.awaitReason("a");
    assertThat(leader.log().status().peers()).hasSize(4);
    TestMember gone = members.stream().filter(each -> each != leader).findFirst().orElseThrow();
    List<QuorumMember> rest = new ArrayList<>(four);
    rest.removeIf(each -> each.id().equals(gone.id()));
    leader.log().changeMembers(rest).toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(leader.log().status().peers()).extracting(Peer::id).doesNotContain(gone.id());
    gone.close();
    assertThat(fourth.commit("b").refusal()).isEmpty();
  }

  @Test
  void withoutAMajorityTheStateIsReadAndNothingIsPromised() throws Exception {
    startAll(TestMember.members(3));
    TestMember leader = TestMember.awaitLeader(members);
    leader.commit("a");
    members.stream().filter(each -> each != leader).forEach(TestMember::close);
    assertThatThrownBy(() -> leader.commit("b"))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
    Await.until("still leads", () -> !leader.leads());
    assertThat(leader.log().leadership().leader()).isEmpty();
    assertThat(leader.reasons()).containsExactly("a");
    members.stream().filter(each -> !each.runs()).findFirst().orElseThrow().start();
    TestMember.awaitLeader(members).commit("c");
    leader.awaitReason("c");
    // "b" was never promised; it may have come through all the same, but only where it was put.
    assertThat(leader.reasons()).startsWith("a").endsWith("c");
  }

  @Test
  void anotherAuthoritysMemberAndOneWithoutTlsAreRefused() throws Exception {
    List<QuorumMember> three = TestMember.members(3);
    start("a", three);
    start("b", three);
    for (Pki wrong : new Pki[] {new Pki("another"), null}) {
      try (TestMember stranger = TestMember.start(folder, "c", three, wrong)) {
        Await.until(
            () -> stranger.log().status().toString(),
            () -> stranger.log().status().trouble().contains("is silent"));
        assertThat(stranger.log().status().phase()).isEqualTo(Phase.LOOKING);
        assertThat(members.getFirst().log().status().phase()).isEqualTo(Phase.LOOKING);
      }
    }
    start("c", three);
    TestMember.awaitLeader(members).commit("a");
  }

  @Test
  void aPortInUseIsSaidAndEndsNothingElse() throws Exception {
    List<QuorumMember> three = TestMember.members(3);
    start("a", three);
    QuorumMember taken = three.getFirst();
    List<QuorumMember> wrong =
        List.of(
            taken, new QuorumMember(new MemberId("b"), taken.kind(), taken.host(), taken.port()));
    assertThatThrownBy(() -> TestMember.start(folder, "b", wrong, authority))
        .isInstanceOf(java.io.IOException.class)
        .hasMessageContaining("127.0.0.1:" + taken.port());
    assertThat(members.getFirst().log().status().phase()).isEqualTo(Phase.LOOKING);
  }
}

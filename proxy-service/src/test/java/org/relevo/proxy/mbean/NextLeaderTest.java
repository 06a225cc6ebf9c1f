package org.relevo.proxy.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.consensus.QuorumStatus;

/// Members m0, m1 and m2 have servers, w is a witness.
class NextLeaderTest {
  private static final MemberId M0 = new MemberId("m0");
  private final States states = States.running(3, States.quorum(1));

  private Optional<String> next(QuorumStatus.Peer... peers) {
    return NextLeader.of(
            states.state(),
            M0,
            new QuorumStatus(
                M0, QuorumStatus.Phase.MEMBER, 1, Optional.of(M0), 9, 9, -1, List.of(peers), ""))
        .map(MemberId::value);
  }

  private static QuorumStatus.Peer peer(String name, long committed) {
    return new QuorumStatus.Peer(new MemberId(name), "", 10, committed);
  }

  private void release(String name) {
    states.does(new Command.Renew(new MemberId(name), 1, 1000, 0, 0, List.of(), List.of()));
  }

  @Test
  void oneWithServersAndMostOfTheLogLeadsNext() {
    assertThat(next(peer("m1", 9), peer("m2", 3), peer("w", 9))).contains("m1");
    assertThat(next(peer("m1", 3), peer("m2", 9), peer("w", 9))).contains("m2");
  }

  @Test
  void whoIsAwayLeadsLast() {
    release("m1");
    assertThat(next(peer("m1", 9), peer("m2", 3), peer("w", 9))).contains("m2");
    release("m2");
    assertThat(next()).contains("w");
  }
}

package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Group;
import org.relevo.proxy.cluster.GroupCommand;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.States;

/// Who gets the service address, as the leading witness decides it.
class GroupDeciderTest {
  private static final String GROUP = "service";
  private static final MemberId M0 = new MemberId("m0");
  private static final MemberId M1 = new MemberId("m1");

  private final OneMember witness =
      OneMember.leading("w", States.running(2, States.quorum(1)).state());
  private long seq = 100;

  private void offers(MemberId member, int rank) {
    TreeMap<String, Integer> groups = new TreeMap<>();
    groups.put(GROUP, rank);
    witness.others(new Command.OfGroup(new GroupCommand.Offer(member, groups)));
  }

  /// Time goes by while these renew their leases.
  private void pass(long ms, MemberId... alive) {
    for (long passed = 0; passed < ms; passed += 500) {
      for (MemberId member : alive) {
        seq++;
        witness.others(new Command.Renew(member, 1, seq, 3000, 0, List.of(), List.of()));
      }
      witness.pass(500);
    }
  }

  private Group group() {
    return witness.state().service().group(GROUP);
  }

  @Test
  void whoIsBesideThePrimaryGetsItAtOnceWhenAllCan() {
    offers(M1, GroupCommand.CAN);
    assertThat(group().holder()).as("the other may come").isEmpty();
    offers(M0, GroupCommand.CAN);
    witness.pass(100);
    assertThat(group().holder()).contains(M0);
  }

  @Test
  void oneThatDoesNotComeIsNotWaitedForLong() {
    offers(M1, GroupCommand.CAN);
    pass(1500, M0, M1);
    assertThat(group().holder()).isEmpty();
    pass(1500, M0, M1);
    assertThat(group().holder()).contains(M1);
  }

  @Test
  void theOtherGetsItWhenTheLeaseIsOverAndNotBefore() {
    offers(M0, GroupCommand.CAN);
    offers(M1, GroupCommand.CAN);
    pass(1000, M0, M1);
    assertThat(group().holder()).contains(M0);
    pass(2500, M1);
    assertThat(group().holder()).as("lease and margin are not over").contains(M0);
    pass(1500, M1);
    assertThat(group().holder()).contains(M1);
    pass(20_000, M0, M1);
    assertThat(group().holder()).as("who comes back takes nothing").contains(M1);
  }

  @Test
  void aPreferredOneTakesItBackOnlyWhenItWantsTo() {
    offers(M0, GroupCommand.CAN);
    offers(M1, GroupCommand.PREFERRED);
    pass(1000, M0, M1);
    assertThat(group().holder()).contains(M1);
    pass(5000, M0);
    assertThat(group().holder()).contains(M0);
    pass(20_000, M0, M1);
    assertThat(group().next()).isEmpty();
    offers(M1, GroupCommand.WANTS_BACK);
    pass(9000, M0, M1);
    assertThat(group().next()).as("it may go away again").isEmpty();
    pass(2000, M0, M1);
    assertThat(group().next()).contains(M1);
  }
}

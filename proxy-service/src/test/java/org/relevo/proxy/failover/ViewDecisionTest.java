package org.relevo.proxy.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Outcome;
import org.relevo.proxy.failover.NodeObservation.Silent;

class ViewDecisionTest {
  private static final BackendId N0 = new BackendId(0);
  private static final BackendId N1 = new BackendId(1);
  private static final BackendId N2 = new BackendId(2);

  private final Map<BackendId, NodeObservation> last = new HashMap<>();
  private final List<String> rows = new ArrayList<>();
  private RoleChange change = RoleChange.NONE;
  private Optional<Mandate> mandate = Optional.empty();
  private ClusterView view =
      ViewDecision.initial(
          Stream.of(N0, N1).map(id -> new NodeSpec(id, id.toString(), "host", 5432)).toList(), 1);
  private long now = 1;

  @Test
  void nobodyIsPrimaryBeforeEveryNodeWasHeard() {
    see(N0, primary(1));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("node1");
    see(N1, standby(1));
    assertThat(view.primary()).contains(N0);
    assertThat(rows).contains("P-050");
  }

  @Test
  void aNodeThatIsDownFromTheStartDoesNotKeepThePrimaryAway() {
    see(N0, primary(1));
    see(N1, new Silent(1, false, "refused"));
    assertThat(view.primary()).isEmpty();
    see(N1, new Silent(2, true, "refused"));
    assertThat(view.primary()).contains(N0);
    assertThat(status(N1)).isEqualTo(Status.DOWN);
  }

  @Test
  void aDetachedNodeHasNoSayAndStaysDetached() {
    view =
        ViewDecision.initial(
            List.of(
                new NodeSpec(N0, "a", "host", 5432),
                new NodeSpec(N1, "b", "host", 5433, Optional.of("gets no writes")),
                new NodeSpec(N2, "c", "host", 5434, Optional.of("gets no writes"))),
            1);
    assertThat(status(N1)).isEqualTo(Status.DETACHED);
    // Neither nodes that are not heard of, nor other writers, nor another cluster's identifier that
    // most nodes have, keep the one node away.
    see(N0, primary(1));
    assertThat(view.primary()).contains(N0);
    see(N1, answered(Role.PRIMARY, 9, 1000, "other"));
    see(N2, answered(Role.PRIMARY, 9, 1000, "other"));
    assertThat(view.primary()).contains(N0);
    assertThat(status(N0)).isEqualTo(Status.UP);
    assertThat(status(N1)).isEqualTo(Status.DETACHED);
    assertThat(view.node(N1).orElseThrow().reason()).isEqualTo("gets no writes");
    see(N0, new Silent(3, true, "refused"));
    assertThat(view.primary()).isEmpty();
    see(N1, new Silent(3, true, "refused"));
    assertThat(status(N1)).isEqualTo(Status.DETACHED);
  }

  @Test
  void positionsAreNewsButNoNewEpoch() {
    pair();
    long epoch = view.epoch();
    see(N0, primary(1, 5000));
    assertThat(view.epoch()).isEqualTo(epoch);
    assertThat(view.node(N0).orElseThrow().received()).contains(new Lsn(5000));
    see(N1, new Silent(3, true, "refused"));
    assertThat(view.epoch()).isEqualTo(epoch + 1);
  }

  @Test
  void oneFailedProbeChangesNothingAndTheLastOneTakesThePrimaryAway() {
    pair();
    see(N0, new Silent(1, false, "timeout"));
    assertThat(view.primary()).contains(N0);
    assertThat(status(N0)).isEqualTo(Status.UP);
    see(N0, new Silent(3, true, "timeout"));
    assertThat(view.primary()).isEmpty();
    assertThat(view.node(N0).orElseThrow().role()).isEqualTo(Role.UNKNOWN);
    assertThat(view.node(N0).orElseThrow().reason()).isEqualTo("timeout");
  }

  @Test
  void twoWritableNodesMeanNoPrimary() {
    pair();
    see(N1, primary(2));
    assertThat(view.primary()).isEmpty();
    see(N0, primary(1));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("node0").contains("node1").contains("same time");
    see(N1, primary(2));
    see(N0, primary(1));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("same time");
  }

  @Test
  void twoWritableNodesAtTheStartMeanNoPrimary() {
    see(N0, primary(1));
    see(N1, primary(2));
    assertThat(view.primary()).isEmpty();
    see(N0, primary(1));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("same time");
  }

  @Test
  void anAnswerFromBeforeThePromotionIsNoSecondWriter() {
    pair();
    see(N1, primary(2));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).doesNotContain("same time").contains("node0");
    assertThat(rows).contains("P-045").doesNotContain("P-070");
    see(N0, new Silent(1, false, "refused"));
    assertThat(view.primary()).isEmpty();
    assertThat(rows).doesNotContain("P-070");
    see(N0, standby(2));
    assertThat(view.primary()).contains(N1);
    assertThat(status(N0)).isEqualTo(Status.UP);
  }

  @Test
  void aFailedProbeOfTheOldPrimaryIsSettledBeforeThePromotedNodeIsServed() {
    pair();
    see(N0, new Silent(1, false, "timeout"));
    assertThat(view.primary()).contains(N0);
    see(N1, primary(2));
    assertThat(view.primary()).isEmpty();
    assertThat(rows).contains("P-045").doesNotContain("P-070");
    see(N0, new Silent(3, true, "timeout"));
    assertThat(view.primary()).contains(N1);
  }

  @Test
  void aWriterThatIsNotAheadOfTheSilentOneIsNotServed() {
    for (long timeline : new long[] {1, 2}) {
      last.clear();
      view =
          ViewDecision.initial(
              Stream.of(N0, N1).map(id -> new NodeSpec(id, id.toString(), "h", 1)).toList(), 1);
      see(N0, primary(2));
      see(N1, standby(timeline));
      see(N0, new Silent(1, false, "timeout"));
      see(N1, primary(timeline));
      assertThat(view.primary()).isEmpty();
      assertThat(view.primaryReason()).contains("node1 takes writes");
      see(N0, new Silent(3, true, "timeout"));
      assertThat(view.primary()).contains(N1);
    }
  }

  @Test
  void aSilentNodeThatIsNotServedNeverBecomesThePrimary() {
    pair();
    see(N0, new Silent(3, true, "gone"));
    see(N1, primary(2));
    see(N0, primary(1));
    assertThat(status(N0)).isEqualTo(Status.QUARANTINED);
    see(N0, new Silent(1, false, "timeout"));
    assertThat(view.primary()).contains(N1);
    see(N1, new Silent(3, true, "gone"));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("no node that answers");
  }

  @Test
  void anOldPrimaryThatComesBackIsQuarantinedAndTheNewOneServesOn() {
    pair();
    see(N0, new Silent(3, true, "gone"));
    see(N1, primary(2));
    assertThat(view.primary()).contains(N1);
    see(N0, primary(1));
    assertThat(view.primary()).contains(N1);
    assertThat(status(N0)).isEqualTo(Status.QUARANTINED);
    assertThat(rows).contains("N-070");
  }

  @Test
  void aWritableNodeBehindAnotherTimelineIsNotServed() {
    see(N0, primary(1));
    see(N1, standby(2));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("timeline 1").contains("timeline 2");
  }

  @Test
  void aForeignNodeIsQuarantinedAndNeverPrimary() {
    view =
        ViewDecision.initial(
            Stream.of(N0, N1, N2).map(id -> new NodeSpec(id, id.toString(), "h", 1)).toList(), 1);
    see(N0, answered(Role.PRIMARY, 9, 1, "other"));
    see(N1, primary(1));
    see(N2, standby(1));
    assertThat(view.primary()).contains(N1);
    assertThat(status(N0)).isEqualTo(Status.QUARANTINED);
    assertThat(view.node(N0).orElseThrow().reason()).contains("other").contains("sys");
  }

  @Test
  void duringARoleChangeThereIsNoPrimary() {
    pair();
    change = new RoleChange("s-1", Map.of(N0, Status.DEMOTING, N1, Status.PROMOTING));
    see(N0, primary(1));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("s-1");
    assertThat(status(N0)).isEqualTo(Status.DEMOTING);
    see(N0, new Silent(3, true, "stopped"));
    assertThat(status(N0)).isEqualTo(Status.DEMOTING);
    change = new RoleChange("", Map.of(N0, Status.RECOVERING));
    see(N1, primary(2));
    assertThat(view.primary()).contains(N1);
    assertThat(status(N0)).isEqualTo(Status.RECOVERING);
    change = RoleChange.NONE;
    see(N0, standby(2));
    assertThat(status(N0)).isEqualTo(Status.UP);
  }

  @Test
  void whatTheMembersAgreedOnCountsAlone() {
    mandate = Optional.of(new Mandate(Optional.empty(), "the members have not agreed yet"));
    see(N0, primary(1));
    see(N1, standby(1));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).isEqualTo("the members have not agreed yet");
    mandate = Optional.of(new Mandate(Optional.of(N1), ""));
    see(N0, primary(1));
    assertThat(view.primary()).contains(N1);
    see(N1, new Silent(1, false, "slow"));
    assertThat(view.primary()).contains(N1);
    see(N1, new Silent(3, true, "gone"));
    assertThat(view.primary()).isEmpty();
    assertThat(view.primaryReason()).contains("does not answer");
    see(N1, primary(2));
    assertThat(view.primary()).contains(N1);
  }

  @Test
  void rowIdsAreUniqueAndOrdered() {
    for (List<String> ids :
        List.of(
            NodeRow.TABLE.stream().map(NodeRow::id).toList(),
            PrimaryRow.TABLE.stream().map(PrimaryRow::id).toList(),
            InterruptedSwitchover.TABLE.stream().map(InterruptedSwitchover.Row::id).toList())) {
      assertThat(ids).doesNotHaveDuplicates().isSorted();
    }
  }

  private void pair() {
    see(N0, primary(1));
    see(N1, standby(1));
    assertThat(view.primary()).contains(N0);
  }

  private void see(BackendId node, Outcome outcome) {
    last.put(node, new NodeObservation(node, ++now, outcome));
    ViewDecision.Decision decision = ViewDecision.next(view, last, change, mandate, now);
    view = decision.view();
    decision.changes().forEach(each -> rows.add(each.row()));
  }

  private Status status(BackendId node) {
    return view.node(node).orElseThrow().status();
  }

  private static Answered primary(long timeline) {
    return primary(timeline, 1000);
  }

  private static Answered primary(long timeline, long lsn) {
    return answered(Role.PRIMARY, timeline, lsn, "sys");
  }

  private static Answered standby(long timeline) {
    return answered(Role.STANDBY, timeline, 1000, "sys");
  }

  static Answered answered(Role role, long timeline, long lsn, String system) {
    return new Answered(
        role,
        timeline,
        new Lsn(lsn),
        new Lsn(lsn),
        new Lsn(lsn),
        0,
        role == Role.STANDBY,
        false,
        "18.0",
        system);
  }

  static Optional<BackendId> id(int value) {
    return Optional.of(new BackendId(value));
  }
}

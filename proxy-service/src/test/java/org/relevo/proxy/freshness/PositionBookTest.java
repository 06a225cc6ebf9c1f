package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.freshness.PositionBook.Noted;
import org.relevo.proxy.routing.RoutingView;

/// Node 0 is the primary, node 1 its standby, unless a test says otherwise.
class PositionBookTest {
  private static final BackendId PRIMARY = new BackendId(0);
  private static final BackendId STANDBY = new BackendId(1);
  private static final NodeIdentity WHO = new NodeIdentity(7, 1, 180000, 8192, 1 << 24);
  private static final long MS = 1_000_000;

  PositionBook book;
  long begun;

  @BeforeEach
  void open() {
    book = new PositionBook(view(1, 0, Role.PRIMARY, Role.STANDBY), new Demand(() -> {}));
    book.opened(PRIMARY, WHO, begun);
    book.opened(STANDBY, WHO, begun);
  }

  @Test
  void aWriteIsSettledByTheFirstSampleThatBeganAfterIt() {
    sample(PRIMARY, false, 1, 100);
    long mark = Mark.of(1, begun + 1);
    assertThat(now().bound(mark)).isEqualTo(Positions.UNSETTLED);
    sample(PRIMARY, false, 1, 200);
    assertThat(now().bound(mark)).isEqualTo(new Lsn(200));
    sample(PRIMARY, false, 1, 300);
    assertThat(now().bound(mark)).as("stays the tightest").isEqualTo(new Lsn(200));
  }

  @Test
  void whatTheMemoryHasLostIsBoundedByTheOldestItHas() {
    sample(PRIMARY, false, 1, 1);
    long mark = Mark.of(1, begun + 1);
    for (int i = 2; i <= PrimaryEra.CAPACITY + 10; i++) {
      sample(PRIMARY, false, 1, i);
    }
    assertThat(now().bound(mark)).isEqualTo(new Lsn(11));
    assertThat(now().bound(Mark.of(1, begun))).isEqualTo(new Lsn(PrimaryEra.CAPACITY + 10));
  }

  @Test
  void numbersThatThePrimaryWasNotAskedForAreSettledByTheNextAnswer() {
    sample(PRIMARY, false, 1, 100);
    begun += 5;
    sample(PRIMARY, false, 1, 200);
    for (long number = 2; number <= begun; number++) {
      assertThat(now().bound(Mark.of(1, number))).isEqualTo(new Lsn(200));
    }
  }

  @Test
  void aStandbyIsShownWithItsPositionAndLag() {
    sampleAt(PRIMARY, false, 1, 100, 0);
    sampleAt(PRIMARY, false, 1, 200, 10 * MS);
    sampleAt(PRIMARY, false, 1, 300, 20 * MS);
    sampleAt(STANDBY, true, 1, 150, 20 * MS);
    assertThat(standby(25 * MS))
        .satisfies(node -> {
          assertThat(node.replayed()).isEqualTo(new Lsn(150));
          assertThat(node.lagBytes()).isEqualTo(150);
          assertThat(node.lagMs()).as("the primary was past it at 10 ms").isEqualTo(15);
          assertThat(node.standby()).isTrue();
        });
    assertThat(book.caughtUp(begun)).isFalse();
    sampleAt(STANDBY, true, 1, 300, 30 * MS);
    assertThat(standby(1_000 * MS).lagMs()).isZero();
    assertThat(standby(1_000 * MS).lagBytes()).isZero();
    assertThat(book.caughtUp(1)).isTrue();
  }

  @Test
  void withoutSampleAStandbyIsThereButProvesNothing() {
    sample(PRIMARY, false, 1, 100);
    assertThat(standby(0).replayed()).isNull();
    assertThat(standby(0).lagBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(standby(0).lagMs()).isEqualTo(-1);
    sample(STANDBY, true, 1, 100);
    assertThat(standby(0).replayed()).isNotNull();
    book.lost(STANDBY, begun);
    assertThat(standby(0).replayed()).isNull();
  }

  @Test
  void aStandbyOfAnotherTimelineOrSystemServesNobody() {
    sample(PRIMARY, false, 2, 100);
    sample(STANDBY, true, -1, 500);
    assertThat(now().view().nodes()).extracting(RoutingView.Node::id).containsExactly(PRIMARY);
    sample(STANDBY, true, 2, 500);
    assertThat(standby(0).replayed()).isEqualTo(new Lsn(500));
    sample(STANDBY, true, -1, 500);
    assertThat(standby(0).replayed()).as("what it knew stays true").isNotNull();
    sample(STANDBY, true, 3, 500);
    assertThat(now().view().nodes()).extracting(RoutingView.Node::id).containsExactly(PRIMARY);
    book.opened(STANDBY, new NodeIdentity(8, 2, 180000, 8192, 1 << 24), begun);
    sample(STANDBY, true, 2, 500);
    assertThat(now().view().nodes()).extracting(RoutingView.Node::id).containsExactly(PRIMARY);
  }

  @Test
  void aRoleChangeIsNeverUsedForTheOtherRole() {
    sample(PRIMARY, false, 1, 100);
    sample(STANDBY, true, 1, 100);
    assertThat(sample(STANDBY, false, 2, 150)).isEqualTo(Noted.ROLE_CHANGED);
    assertThat(now().view().nodes()).extracting(RoutingView.Node::id).containsExactly(PRIMARY);
    long mark = Mark.of(1, begun + 1);
    sample(PRIMARY, true, 1, 900);
    assertThat(now().bound(mark)).as("it does not write any more").isEqualTo(Positions.UNSETTLED);
  }

  @Test
  void afterAPromotionOldWritesAreBoundedByTheNewPrimarysFirstSample() {
    sample(PRIMARY, false, 1, 1000);
    sample(STANDBY, true, 1, 500);
    long before = Mark.of(1, begun);
    sample(PRIMARY, false, 1, 1000);
    assertThat(now().bound(before)).isEqualTo(new Lsn(1000));

    sample(STANDBY, false, 2, 520);
    book.view(view(2, 1, Role.STANDBY, Role.PRIMARY), begun);
    assertThat(now().view().primary()).isEqualTo(STANDBY);
    assertThat(now().bound(before)).isEqualTo(Positions.UNSETTLED);
    assertThat(sample(STANDBY, false, 2, 530)).isEqualTo(Noted.ERA_BEGUN);
    assertThat(now().bound(before)).isEqualTo(new Lsn(530));
    assertThat(now().view().nodes()).extracting(RoutingView.Node::id).containsExactly(STANDBY);

    book.opened(PRIMARY, new NodeIdentity(7, 2, 180000, 8192, 1 << 24), begun);
    sample(PRIMARY, true, 2, 530);
    assertThat(now().replayedByAny(now().bound(before))).isTrue();
  }

  @Test
  void aWriteOnANewPrimaryIsNotSettledByTheOldOne() {
    sample(PRIMARY, false, 1, 1000);
    long mark = Mark.of(2, begun + 1); // the session has seen epoch 2, the book has not
    sample(PRIMARY, false, 1, 1100);
    assertThat(now().bound(mark)).isEqualTo(Positions.UNSETTLED);
    book.view(view(2, 1, Role.STANDBY, Role.PRIMARY), begun);
    sample(STANDBY, false, 2, 900);
    assertThat(now().bound(mark)).isEqualTo(new Lsn(900));
  }

  @Test
  void anAnswerToAQuestionFromBeforeTheChangeBeginsNoEra() {
    begun++;
    Sample asked = new Sample(begun, false, 2, new Lsn(500), Lsn.ZERO, -1, 0);
    book.view(view(2, 1, Role.STANDBY, Role.PRIMARY), begun);
    assertThat(book.sampled(STANDBY, asked, begun)).isEqualTo(Noted.NOTHING);
    assertThat(book.settled()).isZero();
    assertThat(sample(STANDBY, false, 2, 510)).isEqualTo(Noted.ERA_BEGUN);
  }

  @Test
  void aCrashOfThePrimaryOnTheSameTimelineDoesNotKeepStandbysAway() {
    sample(PRIMARY, false, 1, 1000);
    long lostWrite = Mark.of(1, begun);
    book.lost(PRIMARY, begun);
    assertThat(now().bound(lostWrite)).isEqualTo(Positions.UNSETTLED);
    book.opened(PRIMARY, WHO, begun);
    sample(PRIMARY, false, 1, 800);
    assertThat(now().bound(lostWrite)).isEqualTo(new Lsn(800));
  }

  @Test
  void aLaterPictureWithTheSamePrimaryKeepsTheEra() {
    sample(PRIMARY, false, 1, 100);
    book.view(view(5, 0, Role.PRIMARY, Role.STANDBY), begun);
    long mark = Mark.of(5, begun);
    assertThat(now().bound(mark)).isEqualTo(new Lsn(100));
    book.view(view(6, -1, Role.PRIMARY, Role.STANDBY), begun);
    assertThat(now().bound(mark)).isEqualTo(Positions.UNSETTLED);
  }

  @Test
  void sharesOfTheConfigurationAndBusyCountsAreShown() {
    book.shares(Map.of(STANDBY, new NodeShare(2.5, "east")));
    Positions now = book.positions(0, id -> id.value() + 3);
    assertThat(now.view().nodes())
        .extracting(RoutingView.Node::weight, RoutingView.Node::zone, RoutingView.Node::busy)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1.0, "", 3),
            org.assertj.core.groups.Tuple.tuple(2.5, "east", 4));
  }

  @Test
  void aConnectionIsOfTheSampledRunOnlyWhenTheSampleIsYounger() {
    sample(STANDBY, true, 1, 100);
    long opened = Mark.of(1, begun + 1);
    assertThat(now().sampledSince(STANDBY, opened)).isFalse();
    sample(STANDBY, true, 1, 100);
    assertThat(now().sampledSince(STANDBY, opened)).isTrue();
    book.lost(STANDBY, begun);
    assertThat(now().sampledSince(STANDBY, opened)).isFalse();
  }

  @Test
  void insertPositionsBehindAPageHeaderCountAsTheEndOfThePageBefore() {
    assertThat(WHO.endBefore(0x2000 * 5 + 24)).isEqualTo(new Lsn(0x2000 * 5));
    assertThat(WHO.endBefore((1L << 24) * 5 + 40)).isEqualTo(new Lsn((1L << 24) * 5));
    assertThat(WHO.endBefore(0x2000 * 5 + 40)).isEqualTo(new Lsn(0x2000 * 5 + 40));
    assertThat(WHO.endBefore(0x2000 * 5 + 32)).isEqualTo(new Lsn(0x2000 * 5 + 32));
  }

  private Noted sample(BackendId node, boolean recovery, long timeline, long position) {
    return sampleAt(node, recovery, timeline, position, 0);
  }

  private Noted sampleAt(
      BackendId node, boolean recovery, long timeline, long position, long atNs) {
    begun++;
    return book.sampled(
        node, new Sample(begun, recovery, timeline, new Lsn(position), Lsn.ZERO, -1, atNs), begun);
  }

  private Positions now() {
    return book.positions(0, _ -> 0);
  }

  private RoutingView.Node standby(long nowNs) {
    return book.positions(nowNs, _ -> 0).view().nodes().stream()
        .filter(node -> node.id().equals(STANDBY))
        .findFirst()
        .orElseThrow();
  }

  /// @param primary -1 for none
  static ClusterView view(long epoch, int primary, Role... roles) {
    List<NodeView> nodes = new java.util.ArrayList<>();
    for (int i = 0; i < roles.length; i++) {
      nodes.add(
          new NodeView(
              new BackendId(i),
              "node" + i,
              "127.0.0.1",
              1,
              roles[i],
              Status.UP,
              "",
              1,
              Optional.empty(),
              Optional.empty(),
              0,
              "18",
              "7",
              0,
              0));
    }
    return new ClusterView(
        epoch, nodes, primary < 0 ? Optional.empty() : Optional.of(new BackendId(primary)), "");
  }
}

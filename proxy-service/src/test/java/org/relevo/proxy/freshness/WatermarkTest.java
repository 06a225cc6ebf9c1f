package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView.Role;

/// Sessions of a service whose primary, node 0 of system 7, is sampled by the test.
class WatermarkTest {
  private static final BackendId PRIMARY = new BackendId(0);

  final ClusterView view = PositionBookTest.view(1, 0, Role.PRIMARY, Role.STANDBY);
  final SampleClock clock = new SampleClock(() -> {});
  final PositionBook book = new PositionBook(view, new Demand(() -> {}));
  final Freshness freshness =
      new Freshness(new Views(), clock, (_, _, _, _) -> {}, book.positions(0, _ -> 0));
  final Watermark session = new Watermark(freshness);

  @BeforeEach
  void open() {
    identify(1);
  }

  @Test
  void aSessionThatNeverWroteMustSeeNothing() {
    assertThat(must()).isNull();
    sample(1, 100);
    assertThat(must()).isNull();
    assertThat(session.token(freshness.positions())).contains(new SessionToken(7, 0, Lsn.ZERO));
  }

  @Test
  void aWriteIsUnsettledUntilASampleThatBeganLaterHasEnded() {
    sample(1, 100);
    long asked = clock.begin();
    session.wrote();
    end(asked, 1, 150);
    assertThat(must()).isEqualTo(Positions.UNSETTLED);
    assertThat(session.token(freshness.positions())).isEmpty();
    sample(1, 200);
    assertThat(must()).isEqualTo(new Lsn(200));
    assertThat(session.token(freshness.positions())).contains(new SessionToken(7, 1, new Lsn(200)));
  }

  @Test
  void aTokenIsUsedAtOnceAndNoLowerThanItSays() throws Exception {
    sample(1, 100);
    session.adopt(new SessionToken(7, 1, new Lsn(90)).text());
    assertThat(must()).isEqualTo(new Lsn(90));
    sample(1, 300);
    assertThat(must()).isEqualTo(new Lsn(90));
    assertThat(session.token(freshness.positions())).contains(new SessionToken(7, 1, new Lsn(90)));
    session.wrote();
    assertThat(must()).isEqualTo(Positions.UNSETTLED);
    sample(1, 310);
    assertThat(must()).isEqualTo(new Lsn(310));
  }

  @Test
  void aSecondTokenTakesNothingBack() throws Exception {
    sample(1, 100);
    session.adopt(new SessionToken(7, 1, new Lsn(90)).text());
    session.adopt(new SessionToken(7, 1, new Lsn(50)).text());
    assertThat(must()).isEqualTo(new Lsn(90));
    session.adopt(new SessionToken(7, 1, new Lsn(95)).text());
    assertThat(must()).isEqualTo(new Lsn(95));
    session.adopt(new SessionToken(7, 0, new Lsn(10)).text());
    assertThat(must()).isEqualTo(Positions.UNSETTLED);
    sample(1, 110);
    assertThat(must()).isEqualTo(new Lsn(110));
  }

  @Test
  void aTokenAheadOfThePrimaryIsCutToWhatThePrimaryHas() throws Exception {
    sample(1, 100);
    session.adopt(new SessionToken(7, 1, new Lsn(1L << 60)).text());
    assertThat(must()).isEqualTo(new Lsn(1L << 60));
    sample(1, 120);
    assertThat(must()).isEqualTo(new Lsn(120));
  }

  @Test
  void aTokenOfAFormerTimelineIsBoundedByTheNextSample() throws Exception {
    identify(2);
    sample(2, 100);
    session.adopt(new SessionToken(7, 1, new Lsn(90)).text());
    assertThat(must()).isEqualTo(Positions.UNSETTLED);
    sample(2, 110);
    assertThat(must()).isEqualTo(new Lsn(110));
  }

  @Test
  void aTokenOfATimelineThatThisServiceHasNotSeenKeepsReadsOnThePrimary() throws Exception {
    sample(1, 100);
    session.adopt(new SessionToken(7, 2, new Lsn(90)).text());
    sample(1, 200);
    assertThat(must()).isEqualTo(Positions.UNSETTLED);
    identify(2);
    sample(2, 210);
    assertThat(must()).isEqualTo(new Lsn(90));
  }

  @Test
  void anEmptyValueTakesBackATokenButNotAWrite() throws Exception {
    sample(1, 100);
    session.adopt(new SessionToken(7, 1, new Lsn(90)).text());
    session.adopt("");
    assertThat(must()).isNull();
    session.wrote();
    session.adopt("");
    assertThat(must()).isEqualTo(Positions.UNSETTLED);
    sample(1, 200);
    session.adopt(new SessionToken(7, 1, new Lsn(90)).text());
    sample(1, 300);
    assertThat(must()).as("its own write counts as well").isEqualTo(new Lsn(300));
  }

  @Test
  void aTokenOfAnotherClusterOrABrokenOneChangesNothing() {
    sample(1, 100);
    session.wrote();
    sample(1, 200);
    assertThatThrownBy(() -> session.adopt(new SessionToken(8, 1, new Lsn(90)).text()))
        .isInstanceOf(SessionToken.Invalid.class)
        .hasMessageContaining("another cluster");
    assertThatThrownBy(() -> session.adopt("0/90")).isInstanceOf(SessionToken.Invalid.class);
    assertThat(must()).isEqualTo(new Lsn(200));
  }

  @Test
  void waitingServersAreUsedFromVersion19On() {
    sample(1, 100);
    NodeIdentity newer = new NodeIdentity(7, 1, 190000, 8192, 1 << 24);
    book.opened(new BackendId(1), newer, clock.begun());
    long number = clock.begin();
    book.sampled(
        new BackendId(1), new Sample(number, true, 1, new Lsn(80), Lsn.ZERO, -1, 0), number);
    Positions.NodePosition standby = book.positions(0, _ -> 0).nodes().get(1);
    Duration limit = Duration.ofMillis(250);
    assertThat(WaitForLsn.statement(standby, Lsn.parse("1/A0"), limit))
        .contains("WAIT FOR LSN '1/A0' WITH (TIMEOUT '250ms')");
    assertThat(WaitForLsn.statement(standby, Positions.UNSETTLED, limit)).isEmpty();
    assertThat(WaitForLsn.statement(standby, new Lsn(1), Duration.ZERO)).isEmpty();
    assertThat(WaitForLsn.statement(freshness.positions().nodes().get(0), new Lsn(1), limit))
        .as("a primary")
        .isEmpty();
    book.opened(new BackendId(1), new NodeIdentity(7, 1, 180004, 8192, 1 << 24), number);
    book.sampled(
        new BackendId(1), new Sample(number + 1, true, 1, new Lsn(80), Lsn.ZERO, -1, 0), number);
    assertThat(WaitForLsn.statement(book.positions(0, _ -> 0).nodes().get(1), new Lsn(1), limit))
        .as("version 18")
        .isEmpty();
  }

  private Lsn must() {
    return session.mustHaveReplayed(freshness.positions());
  }

  private void identify(long timeline) {
    book.opened(PRIMARY, new NodeIdentity(7, timeline, 180000, 8192, 1 << 24), clock.begun());
  }

  private void sample(long timeline, long position) {
    end(clock.begin(), timeline, position);
  }

  private void end(long number, long timeline, long position) {
    book.sampled(
        PRIMARY,
        new Sample(number, false, timeline, new Lsn(position), Lsn.ZERO, -1, 0),
        clock.begun());
    freshness.publish(book.positions(0, _ -> 0));
  }

  private final class Views implements ClusterViews {
    @Override
    public ClusterView current() {
      return view;
    }

    @Override
    public Subscription listen(Consumer<ClusterView> listener) {
      throw new UnsupportedOperationException();
    }
  }
}

package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;

/// What is told of a transaction, from where its number was given, who answers, and what it says.
class CommitOutcomeTest {
  private static final ServerLife OLD = new ServerLife(new BackendId(0), 100);
  private static final ServerLife NEW = new ServerLife(new BackendId(1), 200);
  private static final ServerLife OTHER = new ServerLife(new BackendId(1), 201);
  private static final Succession TAKEN_OVER =
      new Succession(Optional.of(NEW), Optional.of(OLD), 740, 745);

  private static CommitOutcome of(
      long xid, Succession lives, ServerLife answering, @Nullable String status) {
    return CommitOutcome.of(xid, OLD, lives, answering, status);
  }

  @Test
  void belowTheFirstBoundTheSuccessorIsBelieved() {
    assertThat(of(739, TAKEN_OVER, NEW, "committed")).isEqualTo(CommitOutcome.COMMITTED);
    assertThat(of(739, TAKEN_OVER, NEW, "aborted")).isEqualTo(CommitOutcome.ROLLED_BACK);
    assertThat(of(739, TAKEN_OVER, NEW, "in progress")).isEqualTo(CommitOutcome.UNKNOWN);
    assertThat(of(739, TAKEN_OVER, NEW, null)).isEqualTo(CommitOutcome.UNKNOWN);
  }

  @Test
  void betweenTheBoundsNothingIsKnownWhateverIsSaid() {
    assertThat(of(740, TAKEN_OVER, NEW, "committed")).isEqualTo(CommitOutcome.UNKNOWN);
    assertThat(of(744, TAKEN_OVER, NEW, "aborted")).isEqualTo(CommitOutcome.UNKNOWN);
    assertThat(CommitOutcome.before(744, OLD, TAKEN_OVER)).isEqualTo(CommitOutcome.ASK);
  }

  @Test
  void fromTheSecondBoundOnItNeverGotThereWhateverIsSaid() {
    assertThat(CommitOutcome.before(745, OLD, TAKEN_OVER)).isEqualTo(CommitOutcome.ROLLED_BACK);
    assertThat(of(745, TAKEN_OVER, NEW, "committed")).isEqualTo(CommitOutcome.ROLLED_BACK);
  }

  @Test
  void theSameLifeIsBelievedOnceItIsOver() {
    Succession same = new Succession(Optional.of(OLD), Optional.empty(), 0, 0);
    assertThat(of(745, same, OLD, "committed")).isEqualTo(CommitOutcome.COMMITTED);
    assertThat(of(745, same, OLD, "aborted")).isEqualTo(CommitOutcome.ROLLED_BACK);
    assertThat(of(745, same, OLD, "in progress")).isEqualTo(CommitOutcome.ASK);
    assertThat(of(745, same, OLD, null)).isEqualTo(CommitOutcome.ASK);
    assertThat(CommitOutcome.before(745, OLD, same)).isEqualTo(CommitOutcome.ASK);
  }

  @Test
  void whoIsNotKnownToBeThePrimaryIsAskedAgain() {
    assertThat(of(739, Succession.NONE, NEW, "committed")).isEqualTo(CommitOutcome.ASK);
    assertThat(of(739, TAKEN_OVER, OTHER, "committed")).isEqualTo(CommitOutcome.ASK);
    assertThat(of(739, TAKEN_OVER, OLD, "committed")).isEqualTo(CommitOutcome.ASK);
    assertThat(CommitOutcome.before(999, OLD, TAKEN_OVER.next())).isEqualTo(CommitOutcome.ASK);
  }

  @Test
  void afterALifeInBetweenNothingIsKnown() {
    Succession later = new Succession(Optional.of(OTHER), Optional.of(NEW), 800, 805);
    assertThat(of(739, later, OTHER, "committed")).isEqualTo(CommitOutcome.UNKNOWN);
    assertThat(of(900, later, OTHER, "committed")).isEqualTo(CommitOutcome.UNKNOWN);
    assertThat(CommitOutcome.before(900, OLD, later)).isEqualTo(CommitOutcome.ASK);
    Succession unknown = new Succession(Optional.of(NEW), Optional.empty(), 0, 0);
    assertThat(of(739, unknown, NEW, "committed")).isEqualTo(CommitOutcome.UNKNOWN);
  }

  @Test
  void withoutBoundsNothingIsKnown() {
    Succession unbounded = new Succession(Optional.of(NEW), Optional.of(OLD), 0, 0);
    assertThat(of(739, unbounded, NEW, "committed")).isEqualTo(CommitOutcome.UNKNOWN);
    assertThat(CommitOutcome.before(739, OLD, unbounded)).isEqualTo(CommitOutcome.ASK);
  }
}

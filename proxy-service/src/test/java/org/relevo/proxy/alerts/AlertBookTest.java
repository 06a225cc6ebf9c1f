package org.relevo.proxy.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.LogLevel;

class AlertBookTest {
  private final AlertBook book = new AlertBook();

  private List<AlertBook.Change> take(long now, boolean silent, Finding... findings) {
    return book.take(List.of(findings), now, 1000, silent).stream()
        .map(AlertBook.Telling::change)
        .toList();
  }

  private static Finding down(boolean bad) {
    return Finding.state("node_down", "node1", LogLevel.ERROR, bad, 0, "it is down");
  }

  private static Finding lag(double value, long holdMs) {
    return Finding.threshold("lag", "node1", value, 100, holdMs, value + " behind");
  }

  @Test
  void itIsToldOnceThenRepeatedThenCleared() {
    assertThat(take(0, false, down(false))).isEmpty();
    assertThat(take(10, false, down(true))).containsExactly(AlertBook.Change.RAISED);
    assertThat(take(20, false, down(true))).isEmpty();
    assertThat(take(1010, false, down(true))).containsExactly(AlertBook.Change.REPEATED);
    assertThat(book.active()).singleElement().extracting(AlertInfo::sinceEpochMs).isEqualTo(10L);
    assertThat(take(1020, false, down(false))).containsExactly(AlertBook.Change.CLEARED);
    assertThat(book.active()).isEmpty();
    assertThat(book.history()).hasSize(2);
    assertThat(book.history().getFirst().clearedAtEpochMs()).isEqualTo(1020);
  }

  @Test
  void aThresholdHasToBeHeldAndHasHysteresis() {
    assertThat(take(0, false, lag(150, 50))).isEmpty();
    assertThat(take(30, false, lag(10, 50))).isEmpty();
    assertThat(take(40, false, lag(150, 50))).isEmpty();
    assertThat(take(60, false, lag(150, 50))).isEmpty();
    assertThat(take(90, false, lag(150, 50))).containsExactly(AlertBook.Change.RAISED);
    // Between four fifths and the limit it stays as it was.
    assertThat(take(100, false, lag(85, 50))).isEmpty();
    assertThat(book.active()).hasSize(1);
    assertThat(take(110, false, lag(79, 50))).containsExactly(AlertBook.Change.CLEARED);
    assertThat(take(120, false, lag(85, 50))).isEmpty();
    assertThat(book.active()).isEmpty();
  }

  @Test
  void whatIsAcknowledgedIsNotRepeated() {
    take(0, false, down(true));
    long id = book.active().getFirst().id();
    assertThat(book.acknowledge(id, "dba").acknowledgedBy()).isEqualTo("dba");
    assertThat(take(5000, false, down(true))).isEmpty();
    assertThat(take(5001, false, down(false))).containsExactly(AlertBook.Change.CLEARED);
    assertThatThrownBy(() -> book.acknowledge(id, "dba"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void maintenanceIsSilentAndWhatLastsIsToldAfterwards() {
    assertThat(take(0, true, down(true))).isEmpty();
    assertThat(book.active()).hasSize(1);
    assertThat(take(10, true, down(false))).isEmpty();
    assertThat(take(20, true, down(true))).isEmpty();
    assertThat(take(30, false, down(true))).containsExactly(AlertBook.Change.RAISED);
  }

  /// A subject that is gone, such as a member that was removed, is not bad for ever.
  @Test
  void aSubjectThatIsGoneIsCleared() {
    take(0, false, down(true));
    assertThat(take(10, false)).containsExactly(AlertBook.Change.CLEARED);
  }
}

package org.relevo.app.view.switchover;

import javafx.beans.property.ReadOnlyLongProperty;
import javafx.beans.property.ReadOnlyLongWrapper;
import org.relevo.jmx.contract.OperationStatus;

/// What the load generator's clients felt of an ended operation; -1 while not known.
///
/// Owner: FX thread.
final class ClientImpact {
  private final ReadOnlyLongWrapper errors = new ReadOnlyLongWrapper(-1);
  private final ReadOnlyLongWrapper longestGapMs = new ReadOnlyLongWrapper(-1);

  /// Failed transactions.
  ReadOnlyLongProperty errorsProperty() {
    return errors.getReadOnlyProperty();
  }

  /// Longest time without a committed transaction.
  ReadOnlyLongProperty longestGapMsProperty() {
    return longestGapMs.getReadOnlyProperty();
  }

  void forget() {
    errors.set(-1);
    longestGapMs.set(-1);
  }

  void load(OperationStatus ended, Questions questions) {
    long from = ended.startedAtEpochMs();
    long to = ended.finishedAtEpochMs();
    questions.ask(
        "impact",
        service ->
            new long[] {
              service.benchmark().errorsBetween(from, to),
              service.benchmark().longestGapMs(from, to)
            },
        answer -> {
          errors.set(answer[0]);
          longestGapMs.set(answer[1]);
        });
  }
}

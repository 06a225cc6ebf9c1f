package org.relevo.app.view.dashboard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.model.History;

/// Brings what is new in a history to the lines of charts. Numbers below zero mean "not known" in
/// the contract and become `NaN` here. Owner: FX thread.
final class Feed<T> {
  private final History<T> history;
  private final ToLongFunction<T> sequenceOf;
  private final ToLongFunction<T> timeOf;
  private final List<Target<T>> targets = new ArrayList<>();
  private long fedSequence;

  private record Target<T>(TimeSeries series, ToDoubleFunction<T> value) {}

  Feed(History<T> history, ToLongFunction<T> sequenceOf, ToLongFunction<T> timeOf) {
    this.history = history;
    this.sequenceOf = sequenceOf;
    this.timeOf = timeOf;
  }

  /// Adds a line; it gets the whole history with the next [#pull].
  void into(TimeSeries series, ToDoubleFunction<T> value) {
    targets.add(new Target<>(series, value));
    reset();
  }

  /// Forgets what was fed: the service was started anew, or another one is shown.
  void reset() {
    fedSequence = 0;
    targets.forEach(target -> target.series().clear());
  }

  void pull() {
    if (history.lastSequence() < fedSequence) {
      reset();
    }
    if (history.lastSequence() == fedSequence) {
      return;
    }
    for (T sample : history.samples()) {
      if (sequenceOf.applyAsLong(sample) > fedSequence) {
        for (Target<T> target : targets) {
          double value = target.value().applyAsDouble(sample);
          target.series().add(timeOf.applyAsLong(sample), value < 0 ? Double.NaN : value);
        }
      }
    }
    fedSequence = history.lastSequence();
  }
}

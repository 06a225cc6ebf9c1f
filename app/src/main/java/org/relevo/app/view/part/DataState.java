package org.relevo.app.view.part;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Datum;
import org.relevo.app.model.Freshness;

/// Whether a screen's data may be believed, decided once for all live screens.
public sealed interface DataState {
  /// There is no cluster.
  record Disconnected() implements DataState {}

  /// Connected or connecting; the first answer has not come.
  record Loading(String address) implements DataState {}

  record Live() implements DataState {}

  /// Connected, but the newest answer is older than it should be.
  record Stale(Duration age) implements DataState {}

  /// No answer for so long that the shown values say nothing about now.
  record Silent(Duration age) implements DataState {}

  /// The connection broke; the frame tries again.
  record Lost(Instant since, String reason) implements DataState {}

  static DataState of(ClusterModel model) {
    boolean answered = model.statusProperty().get() != null;
    return of(model.connectionProperty().get(), answered, model.ageProperty(Datum.STATUS).get());
  }

  static DataState of(ConnectionState connection, boolean answered, @Nullable Duration age) {
    return switch (connection) {
      case ConnectionState.Disconnected _ -> new Disconnected();
      case ConnectionState.Connecting connecting -> new Loading(connecting.address());
      case ConnectionState.Replaying _ -> new Live();
      case ConnectionState.Lost lost -> new Lost(lost.since(), lost.reason());
      case ConnectionState.Connected connected ->
          answered && age != null ? byAge(age) : new Loading(connected.address());
    };
  }

  /// Whether the shown values say something about now.
  default boolean current() {
    return this instanceof Live || this instanceof Stale;
  }

  private static DataState byAge(Duration age) {
    return switch (Freshness.of(age)) {
      case FRESH -> new Live();
      case STALE -> new Stale(age);
      case UNKNOWN -> new Silent(age);
    };
  }
}

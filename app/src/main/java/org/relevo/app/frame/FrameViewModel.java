package org.relevo.app.frame;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.binding.ObjectBinding;
import javafx.beans.binding.StringBinding;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.ControlData;
import org.relevo.app.model.Environment;
import org.relevo.app.model.Freshness;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.StepState;

/// The words of the top bar, the banner and the status bar.
///
/// Owner: FX thread.
final class FrameViewModel {
  private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("MM-dd HH:mm");

  private final ClusterModel model;
  private final Texts texts;
  private final Clock clock;

  FrameViewModel(ClusterModel model, Texts texts, Clock clock) {
    this.model = model;
    this.texts = texts;
    this.clock = clock;
  }

  StringBinding clusterName() {
    return texts.made(
        () -> {
          ClusterStatus status = status();
          return status == null ? texts.text("frame.no-cluster") : status.clusterName();
        },
        model.statusProperty());
  }

  /// Such as `PRODUCTION`; "" when nobody said.
  StringBinding environment() {
    return texts.made(this::environmentWord, model.environmentProperty());
  }

  /// What the window is called: cluster and environment.
  StringBinding windowName() {
    StringBinding name = clusterName();
    return texts.made(
        () ->
            environmentWord().isEmpty() ? name.get() : name.get() + " [" + environmentWord() + "]",
        name,
        model.environmentProperty());
  }

  private String environmentWord() {
    Environment said = model.environmentProperty().get();
    return said == Environment.NONE ? "" : texts.text(said.textKey()).toUpperCase(locale());
  }

  private StringBinding address() {
    return texts.made(
        () ->
            switch (connection()) {
              case ConnectionState.Disconnected _ -> "–";
              case ConnectionState.Connecting c -> c.address();
              case ConnectionState.Connected c -> c.address();
              case ConnectionState.Lost l -> l.address();
              case ConnectionState.Replaying r -> r.name();
            },
        model.connectionProperty());
  }

  /// The primary, or that there is none; unknown when the status is too old to believe.
  StringBinding primary() {
    return texts.made(
        () -> {
          ClusterStatus status = status();
          if (status == null) {
            return "–";
          }
          if (freshness() == Freshness.UNKNOWN) {
            return Mark.UNKNOWN.symbol() + " " + texts.text("frame.unknown");
          }
          return status.primaryNodeId() < 0
              ? Mark.CRITICAL.symbol() + " " + texts.text("frame.no-primary")
              : "▲ " + model.nodeName(status.primaryNodeId());
        },
        model.statusProperty(),
        model.nodes(),
        model.oldestAgeProperty());
  }

  /// Where the data comes from, and the epoch.
  StringBinding place() {
    StringBinding from = address();
    return texts.made(
        () -> {
          ClusterStatus status = status();
          return texts.text(
              "frame.place", from.get(), status == null ? "–" : Long.toString(status.epoch()));
        },
        from,
        model.statusProperty());
  }

  /// The cluster's name, or where it is being looked for.
  StringBinding tab() {
    StringBinding name = clusterName();
    StringBinding from = address();
    return texts.made(
        () -> {
          String alarm = model.controlProperty().get().unacknowledged() > 0 ? "⚑ " : "";
          String word = environmentWord().isEmpty() ? "" : environmentWord() + "  ";
          return alarm + word + (status() == null ? from.get() : name.get() + "  " + from.get());
        },
        name,
        from,
        model.environmentProperty(),
        model.controlProperty());
  }

  ObjectBinding<Mark> protectionMark() {
    return Bindings.createObjectBinding(
        () ->
            status() == null || freshness() == Freshness.UNKNOWN
                ? Mark.UNKNOWN
                : Protection.of(model.controlProperty().get()).mark(),
        model.controlProperty(),
        model.statusProperty(),
        model.oldestAgeProperty());
  }

  StringBinding protectionWord() {
    return texts.made(
        () ->
            status() == null || freshness() == Freshness.UNKNOWN
                ? texts.text("frame.unknown")
                : texts.text(Protection.of(model.controlProperty().get()).textKey()),
        model.controlProperty(),
        model.statusProperty(),
        model.oldestAgeProperty());
  }

  BooleanBinding alarmsThere() {
    return Bindings.createBooleanBinding(
        () -> !model.controlProperty().get().alerts().isEmpty(), model.controlProperty());
  }

  /// Such as `⚑ 2`: alerts that nobody cares for yet, else those that are acknowledged.
  StringBinding alarmText() {
    return texts.made(
        () -> {
          ControlData now = model.controlProperty().get();
          return now.unacknowledged() > 0
              ? "⚑ " + now.unacknowledged()
              : "⚐ " + now.alerts().size();
        },
        model.controlProperty());
  }

  /// Such as `◷ Switchover 11-24 22:30 → node1`: a switchover that the service does at that time;
  /// "" for none.
  StringBinding scheduled() {
    return texts.made(
        () ->
            model
                .controlProperty()
                .get()
                .control()
                .filter(now -> now.scheduledAtEpochMs() > 0)
                .map(now ->
                    texts.text(
                        "frame.scheduled",
                        AT.format(
                            Instant.ofEpochMilli(now.scheduledAtEpochMs()).atZone(clock.getZone())),
                        now.scheduledToNodeId() < 0
                            ? "–"
                            : model.nodeName(now.scheduledToNodeId())))
                .orElse(""),
        model.controlProperty(),
        model.nodes());
  }

  StringBinding role() {
    return texts.made(
        () ->
            connection() instanceof ConnectionState.Connected
                ? texts.text("role." + model.roleProperty().get().name())
                : "–",
        model.connectionProperty(),
        model.roleProperty());
  }

  ObjectBinding<Mark> connectionMark() {
    return Bindings.createObjectBinding(
        () ->
            switch (connection()) {
              case ConnectionState.Disconnected _ -> Mark.UNKNOWN;
              case ConnectionState.Connecting _ -> Mark.PROGRESS;
              case ConnectionState.Connected _ ->
                  switch (freshness()) {
                    case FRESH -> Mark.OK;
                    case STALE -> Mark.WARN;
                    case UNKNOWN -> Mark.UNKNOWN;
                  };
              case ConnectionState.Lost _ -> Mark.CRITICAL;
              case ConnectionState.Replaying _ -> Mark.WARN;
            },
        model.connectionProperty(),
        model.oldestAgeProperty());
  }

  StringBinding connectionWord() {
    return texts.made(
        () ->
            switch (connection()) {
              case ConnectionState.Disconnected _ -> texts.text("connection.disconnected");
              case ConnectionState.Connecting _ -> texts.text("connection.connecting");
              case ConnectionState.Connected _ ->
                  freshness() == Freshness.FRESH
                      ? texts.text("connection.connected")
                      : texts.text("connection.slow");
              case ConnectionState.Lost _ -> texts.text("connection.lost");
              case ConnectionState.Replaying _ -> texts.text("connection.replaying");
            },
        model.connectionProperty(),
        model.oldestAgeProperty());
  }

  BooleanBinding lost() {
    return Bindings.createBooleanBinding(
        () -> connection() instanceof ConnectionState.Lost, model.connectionProperty());
  }

  BooleanBinding disconnected() {
    return Bindings.createBooleanBinding(
        () ->
            connection() instanceof ConnectionState.Disconnected
                || connection() instanceof ConnectionState.Connecting,
        model.connectionProperty());
  }

  /// Whether the way out of a loss is the Connect screen.
  BooleanBinding needsPerson() {
    return Bindings.createBooleanBinding(
        () -> connection() instanceof ConnectionState.Lost lost && lost.needsPerson(),
        model.connectionProperty());
  }

  /// Counts down to the next attempt with every tick.
  StringBinding lostText() {
    return texts.made(
        () -> {
          if (!(connection() instanceof ConnectionState.Lost lost)) {
            return "";
          }
          Instant now = clock.instant();
          if (lost.needsPerson()) {
            return texts.text(
                "frame.lost.person",
                lost.address(),
                Durations.time(lost.since(), clock.getZone()),
                lost.reason());
          }
          Duration wait = Duration.between(now, lost.nextTryAt());
          return texts.text(
              "frame.lost",
              lost.address(),
              Durations.time(lost.since(), clock.getZone()),
              Durations.age(Duration.between(lost.since(), now), locale()),
              lost.reason(),
              wait.isPositive() ? wait.toSeconds() + 1 : 0);
        },
        model.connectionProperty(),
        model.oldestAgeProperty());
  }

  BooleanBinding trafficHeld() {
    return Bindings.createBooleanBinding(
        () -> {
          ClusterStatus status = status();
          return status != null && status.trafficHeld();
        },
        model.statusProperty());
  }

  BooleanBinding operationRuns() {
    return Bindings.createBooleanBinding(
        () -> {
          OperationStatus operation = operation();
          return (operation != null && operation.state() == OperationState.RUNNING)
              || model.controlProperty().get().runningRecovery().isPresent();
        },
        model.operationProperty(),
        model.controlProperty());
  }

  /// Such as `Switchover s41: promote`.
  StringBinding operationChip() {
    return texts.made(
        () -> {
          OperationStatus operation = operation();
          Optional<RecoveryStatus> recovery = model.controlProperty().get().runningRecovery();
          if (recovery.isPresent()) {
            return texts.text(
                "frame.recovery", model.nodeName(recovery.get().nodeId()), recovery.get().phase());
          }
          return operation == null
              ? ""
              : texts.text("frame.operation", operation.id(), runningStep(operation));
        },
        model.operationProperty(),
        model.controlProperty());
  }

  StringBinding statusText() {
    Observable[] inputs = {
      model.oldestAgeProperty(), model.statusProperty(), model.connectionProperty()
    };
    return texts.made(
        () -> {
          ClusterStatus status = status();
          if (status == null) {
            return texts.text("frame.no-data");
          }
          return texts.text(
              "frame.oldest", Durations.age(model.oldestAgeProperty().get(), locale()));
        },
        inputs);
  }

  private static String runningStep(OperationStatus operation) {
    return operation.steps().stream()
        .filter(s -> s.state() == StepState.RUNNING)
        .map(OperationStep::name)
        .findFirst()
        .orElse("…");
  }

  private Freshness freshness() {
    return Freshness.of(model.oldestAgeProperty().get());
  }

  private ConnectionState connection() {
    return model.connectionProperty().get();
  }

  private @Nullable ClusterStatus status() {
    return model.statusProperty().get();
  }

  private @Nullable OperationStatus operation() {
    return model.operationProperty().get();
  }

  private Locale locale() {
    return texts.locale();
  }
}

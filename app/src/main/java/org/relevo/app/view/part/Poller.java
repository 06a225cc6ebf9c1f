package org.relevo.app.view.part;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import org.relevo.app.frame.AppContext;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Timers;

/// Asks the service again and again while its screen is visible and not paused, one question at a
/// time.
///
/// Owner: FX thread.
public final class Poller<T> {
  private static final Duration DEADLINE = Duration.ofSeconds(12);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final int MAX_DEPTH = 10;

  private final AppContext context;
  private final String what;
  private final Duration period;
  private final Function<ServiceConnection, T> question;
  private final Consumer<T> onAnswer;
  private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper("");
  private final BooleanProperty paused = new SimpleBooleanProperty();
  private Timers.Cancel next = () -> {};
  private boolean started;
  private boolean asking;
  private boolean askAgain;

  /// @param what for the thread's name and texts
  public Poller(
      AppContext context,
      String what,
      Duration period,
      Function<ServiceConnection, T> question,
      Consumer<T> onAnswer) {
    this.context = context;
    this.what = what;
    this.period = period;
    this.question = question;
    this.onAnswer = onAnswer;
  }

  /// Why there was no answer, "" when there was one.
  public ReadOnlyStringProperty problemProperty() {
    return problem.getReadOnlyProperty();
  }

  /// While true what is shown stays.
  public BooleanProperty pausedProperty() {
    return paused;
  }

  public void start() {
    started = true;
    now();
  }

  public void stop() {
    started = false;
    askAgain = false;
    next.cancel();
  }

  /// Asks now, also when paused. What is on its way may be the answer to something else than what
  /// is wanted now: then it asks again as soon as that is here.
  public void now() {
    next.cancel();
    if (!started || asking) {
      askAgain = started;
      return;
    }
    Optional<ServiceConnection> service = context.connection().get();
    if (service.isEmpty()) {
      if (context.model().connectionProperty().get() instanceof ConnectionState.Replaying) {
        problem.set(context.texts().text("replay.only"));
      }
      // Soon: the screen is empty until there is a connection.
      next = context.tasks().after(LOOK_AGAIN, this::now);
      return;
    }
    asking = true;
    context
        .tasks()
        .run(
            what,
            DEADLINE,
            () -> question.apply(service.get()),
            answer -> {
              asking = false;
              problem.set("");
              try {
                onAnswer.accept(answer);
              } finally {
                again();
              }
            },
            failure -> {
              asking = false;
              problem.set(reason(failure));
              again();
            });
  }

  private void again() {
    if (started && askAgain) {
      askAgain = false;
      now();
    } else if (started) {
      next.cancel();
      next = context.tasks().after(period, this::due);
    }
  }

  private void due() {
    if (paused.get()) {
      again();
    } else {
      now();
    }
  }

  /// The service's own words where it gave any.
  public static String reason(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      String message = at.getMessage();
      if (message != null && !message.isBlank()) {
        return message;
      }
      if (at.getCause() == null) {
        break;
      }
      at = at.getCause();
    }
    return at.getClass().getSimpleName();
  }
}

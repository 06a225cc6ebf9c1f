package org.relevo.app.view.switchover;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.relevo.app.frame.AppContext;
import org.relevo.app.remote.ServiceConnection;

/// Questions of the screen to the service: whether one is on its way, and how the last one failed.
///
/// Owner: FX thread.
public final class Questions {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final AppContext context;
  private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
  private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper("");

  public Questions(AppContext context) {
    this.context = context;
  }

  public ReadOnlyBooleanProperty busyProperty() {
    return busy.getReadOnlyProperty();
  }

  public ReadOnlyStringProperty problemProperty() {
    return problem.getReadOnlyProperty();
  }

  public void problem(String text) {
    problem.set(text);
  }

  public <T> void ask(String what, Function<ServiceConnection, T> question, Consumer<T> onAnswer) {
    Optional<ServiceConnection> service = context.connection().get();
    if (service.isEmpty()) {
      problem.set(context.texts().text("nodes.refusal.connection"));
      return;
    }
    problem.set("");
    busy.set(true);
    context
        .tasks()
        .run(
            what,
            DEADLINE,
            () -> question.apply(service.get()),
            answer -> {
              busy.set(false);
              onAnswer.accept(answer);
            },
            failure -> {
              busy.set(false);
              problem.set(Reasons.of(failure));
            });
  }
}

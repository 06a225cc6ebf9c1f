package org.relevo.app.view.operations;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Timers;

/// Follows one operation while its page is visible, one question at a time. A lost connection is
/// the frame's to show; the watch goes on when it is back.
///
/// Owner: FX thread.
final class ActWatch {
  private static final Duration PERIOD = Duration.ofMillis(300);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final AppContext context;
  private final Consumer<Progress> onProgress;
  private @Nullable Function<ServiceConnection, Progress> question;
  private Timers.Cancel next = () -> {};
  private boolean visible;
  private boolean asking;

  ActWatch(AppContext context, Consumer<Progress> onProgress) {
    this.context = context;
    this.onProgress = onProgress;
  }

  void start(Function<ServiceConnection, Progress> wanted) {
    question = wanted;
    look();
  }

  void stop() {
    question = null;
    next.cancel();
  }

  void show() {
    visible = true;
    look();
  }

  void hide() {
    visible = false;
    next.cancel();
  }

  private void look() {
    Function<ServiceConnection, Progress> wanted = question;
    if (wanted == null || !visible || asking) {
      return;
    }
    next.cancel();
    Optional<ServiceConnection> service = context.connection().get();
    if (service.isEmpty()) {
      again();
      return;
    }
    asking = true;
    context
        .tasks()
        .run(
            "watch-act",
            DEADLINE,
            () -> wanted.apply(service.get()),
            newer -> {
              asking = false;
              seen(wanted, newer);
            },
            _ -> {
              asking = false;
              again();
            });
  }

  // What was asked for another operation than the present one is dropped.
  @SuppressWarnings("ReferenceEquality")
  private void seen(Function<ServiceConnection, Progress> asked, Progress newer) {
    if (question == asked) {
      if (!newer.running()) {
        question = null;
      }
      onProgress.accept(newer);
    }
    again();
  }

  private void again() {
    if (question != null && visible) {
      next = context.tasks().after(PERIOD, this::look);
    }
  }
}

package org.relevo.app.view.switchover;

import java.time.Duration;
import java.util.Optional;
import org.relevo.app.frame.AppContext;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.task.Timers;

/// Follows one operation five times a second while its screen is visible.
///
/// Owner: FX thread.
final class OperationWatch {
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final AppContext context;
  private final OperationLog log;
  private String id = "";
  private boolean watching;
  private Timers.Cancel next = () -> {};

  OperationWatch(AppContext context, OperationLog log) {
    this.context = context;
    this.log = log;
  }

  void start(String operationId) {
    id = operationId;
    if (!watching) {
      watching = true;
      ask();
    }
  }

  void stop() {
    watching = false;
    next.cancel();
  }

  /// At most one question at a time; a failed one is left to the poller, which shows the loss.
  private void ask() {
    if (!watching) {
      return;
    }
    Optional<ServiceConnection> service = context.connection().get();
    if (service.isEmpty()) {
      again();
      return;
    }
    ServiceConnection open = service.get();
    String wanted = id;
    log.readOnce();
    context
        .tasks()
        .run(
            "watch",
            DEADLINE,
            () -> open.failover().operation(wanted),
            answer -> {
              context.model().acceptOperation(answer);
              again();
            },
            _ -> again());
  }

  private void again() {
    if (watching) {
      next = context.tasks().after(PERIOD, this::ask);
    }
  }
}

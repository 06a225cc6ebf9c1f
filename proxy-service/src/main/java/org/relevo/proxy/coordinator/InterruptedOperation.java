package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.StepState;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.failover.InterruptedSwitchover;
import org.relevo.proxy.failover.InterruptedSwitchover.Decision;
import org.relevo.proxy.failover.InterruptedSwitchover.Facts;
import org.relevo.proxy.failover.InterruptedSwitchover.OldPrimary;
import org.relevo.proxy.failover.InterruptedSwitchover.Target;
import org.relevo.proxy.failover.SwitchoverStep;
import org.relevo.proxy.health.NodeQuery;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.LocalServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// At start: finds out how far an operation of a killed service came and does what is safe.
///
/// Owner: the operation's virtual thread.
final class InterruptedOperation implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptedOperation.class);
  private static final Duration ASK_LIMIT = Duration.ofSeconds(2);
  private static final Duration TARGET_LIMIT = Duration.ofSeconds(15);
  private static final long POLL_NS = 200_000_000;

  private final OperationContext context;
  private final OperationProgress progress;
  private final BackendId from;
  private final BackendId to;

  InterruptedOperation(OperationContext context, OperationProgress progress) {
    this.context = context;
    this.progress = progress;
    this.from = new BackendId(progress.status().fromNodeId());
    this.to = new BackendId(progress.status().toNodeId());
  }

  @Override
  public void run() {
    SwitchoverStep step = lastBegun(progress.status());
    String prefix = "the service died during " + step.shown() + "; ";
    progress.failed(step, "the service died");
    try {
      Decision decision = InterruptedSwitchover.decide(new Facts(step, oldPrimary(), target()));
      act(decision);
      progress.finish(
          OperationState.FAILED, prefix + decision.outcome() + " (" + decision.row() + ")");
    } catch (OperationFailure | IOException | SQLException | RuntimeException e) {
      progress.finish(
          OperationState.FAILED,
          prefix
              + "setting it right failed: "
              + ClusterAccess.oneLine(e)
              + "; look at both servers and start the right one by hand");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      LOG.warn("switchover.resume id={} reason=\"service stops\"", progress.status().id());
    }
  }

  private void act(Decision decision)
      throws OperationFailure, IOException, InterruptedException, SQLException {
    SwitchoverServers servers = new SwitchoverServers(context, from, to, new AbortSwitch());
    try (servers) {
      switch (decision.remedy()) {
        case NOTHING, ASK_PERSON -> {}
        case START_OLD_PRIMARY -> {
          servers.startOldPrimary();
          progress.undone(SwitchoverStep.STOP_OLD_PRIMARY, "started again");
        }
        case REJOIN_OLD_AS_STANDBY -> {
          progress.done(SwitchoverStep.REJOIN, servers.rejoin());
          progress.done(SwitchoverStep.VERIFY_STANDBY, servers.verifyStandby());
        }
      }
    }
  }

  private OldPrimary oldPrimary() {
    try {
      LocalServer server = context.access().local(from);
      if (server.running()) {
        return OldPrimary.RUNNING;
      }
      return server.controlFile().state() == ControlFile.State.SHUT_DOWN
          ? OldPrimary.SHUT_DOWN
          : OldPrimary.UNCLEAR;
    } catch (OperationFailure | IOException e) {
      LOG.warn("switchover.resume node={} reason=\"{}\"", from, ClusterAccess.oneLine(e));
      return OldPrimary.UNCLEAR;
    }
  }

  /// Asks for a while: after a crash of the machine the target may still be starting.
  private Target target() throws InterruptedException {
    long deadlineNs = System.nanoTime() + TARGET_LIMIT.toNanos();
    while (true) {
      try (Connection connection = context.access().connect(to, ASK_LIMIT)) {
        return NodeQuery.ask(connection).role() == Role.PRIMARY
            ? Target.WRITABLE
            : Target.IN_RECOVERY;
      } catch (OperationFailure | SQLException e) {
        if (System.nanoTime() > deadlineNs) {
          LOG.warn("switchover.resume node={} reason=\"{}\"", to, ClusterAccess.oneLine(e));
          return Target.SILENT;
        }
      }
      LockSupport.parkNanos(POLL_NS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private static SwitchoverStep lastBegun(OperationStatus status) {
    SwitchoverStep last = SwitchoverStep.CHECK;
    for (SwitchoverStep step : SwitchoverStep.values()) {
      if (step.number() <= status.steps().size()
          && status.steps().get(step.number() - 1).state() != StepState.PENDING) {
        last = step;
      }
    }
    return last;
  }
}

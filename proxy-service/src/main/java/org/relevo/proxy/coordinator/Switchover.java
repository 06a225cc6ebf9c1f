package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.core.TrafficGate.MoveReport;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Silent;
import org.relevo.proxy.failover.RoleChange;
import org.relevo.proxy.failover.SwitchoverStep;

/// Makes a standby the primary and the primary a standby, without losing a transaction and without
/// two servers that take writes at the same time.
///
/// ```text
/// check ► checkpoint ► hold ► drain ► prepare-move ► catch-up ► stop-old-primary ► verify-lsn
///   └───────────────── any failure, or abort: old primary started again, gate opened ─► ABORTED
/// ═══ point of no return ═══
/// promote ► verify-primary ► release ► rejoin ► verify-standby ─► SUCCEEDED
///   └─── any failure: gate opened, what a person must do is said ─► FAILED
/// ```
///
/// Owner: the operation's virtual thread; [#abort] may be set from any thread.
final class Switchover implements Runnable {
  private final OperationContext context;
  private final OperationProgress progress;
  private final AbortSwitch abort = new AbortSwitch();
  private final BackendId from;
  private final BackendId to;
  private final Gates gates;
  private final SwitchoverServers servers;
  private SwitchoverStep current = SwitchoverStep.CHECK;
  private boolean stopBegun;
  private boolean promoteBegun;
  private boolean released;
  private long heldAtNs;
  private CompletableFuture<Void> drained = new CompletableFuture<>();

  Switchover(OperationContext context, OperationProgress progress, SwitchoverPlan plan) {
    this.context = context;
    this.progress = progress;
    this.from = new BackendId(plan.fromNodeId());
    this.to = new BackendId(plan.toNodeId());
    this.gates =
        new Gates(
            progress.status().id(),
            context.settings().proxyId(),
            context.localGate(),
            context.peerGates());
    this.servers = new SwitchoverServers(context, from, to, abort);
  }

  /// @return false after the point of no return
  boolean abort() {
    return abort.ask();
  }

  @Override
  public void run() {
    progress.started();
    try {
      takeOver();
      handOver();
      progress.finish(
          OperationState.SUCCEEDED, "%s is the primary, %s follows it".formatted(to, from));
    } catch (OperationFailure | IOException | SQLException | RuntimeException e) {
      failed(ClusterAccess.oneLine(e));
    } catch (InterruptedException _) {
      failed("the service is stopping");
    } finally {
      gates.release();
      servers.close();
    }
  }

  private interface Action {
    /// @return what was seen, one phrase for people
    String run() throws OperationFailure, IOException, SQLException, InterruptedException;
  }

  private void step(SwitchoverStep step, Action action)
      throws OperationFailure, IOException, SQLException, InterruptedException {
    current = step;
    if (!step.afterPointOfNoReturn()) {
      abort.check();
    }
    progress.begin(step);
    progress.done(step, action.run());
  }

  private void takeOver() throws OperationFailure, IOException, SQLException, InterruptedException {
    SwitchoverSettings limits = context.settings().switchover();
    step(SwitchoverStep.CHECK, this::check);
    step(SwitchoverStep.CHECKPOINT, servers::checkpoint);
    step(
        SwitchoverStep.HOLD,
        () -> {
          heldAtNs = System.nanoTime();
          drained = gates.hold(limits.hold());
          return "new transactions wait, at most " + limits.hold().toMillis() + " ms";
        });
    step(
        SwitchoverStep.DRAIN,
        () -> {
          servers.await(
              limits.drain(),
              () -> drained.isDone(),
              () -> gates.sessionsInTransaction() + " sessions are still in a transaction");
          if (drained.isCompletedExceptionally()) {
            throw new OperationFailure("a gate could not be held: " + drained.exceptionNow());
          }
          progress.held(gates.sessionsHeld());
          return gates.sessionsHeld() + " sessions wait at a transaction boundary";
        });
    step(
        SwitchoverStep.PREPARE_MOVE,
        () -> gates.prepareMove(limits.drain()) + " sessions cannot be moved");
    step(SwitchoverStep.CATCH_UP, servers::catchUp);
    step(SwitchoverStep.STOP_OLD_PRIMARY, this::stopOldPrimary);
    step(SwitchoverStep.VERIFY_LSN, servers::verifyLsn);
  }

  private void handOver() throws OperationFailure, IOException, SQLException, InterruptedException {
    current = SwitchoverStep.PROMOTE;
    abort.commit();
    step(
        SwitchoverStep.PROMOTE,
        () -> {
          servers.proveOldPrimaryStopped();
          promoteBegun = true;
          return servers.promote();
        });
    step(SwitchoverStep.VERIFY_PRIMARY, servers::verifyPrimary);
    step(SwitchoverStep.RELEASE, this::release);
    step(SwitchoverStep.REJOIN, servers::rejoin);
    step(
        SwitchoverStep.VERIFY_STANDBY,
        () -> {
          String seen = servers.verifyStandby();
          publish(
              RoleChange.NONE, List.of(seen(from, servers.askOld()), seen(to, servers.askNew())));
          return seen;
        });
  }

  private String check() throws OperationFailure {
    ClusterView view = context.loop().current();
    if (!view.primary().equals(Optional.of(from))) {
      throw new OperationFailure(from + " is not the primary any more");
    }
    return servers.open();
  }

  private String stopOldPrimary()
      throws OperationFailure, IOException, InterruptedException, SQLException {
    List<String> opened = gates.opened();
    if (!opened.isEmpty()) {
      throw new OperationFailure(
          "the gate of " + opened + " opened before the old primary stopped");
    }
    publish(
        new RoleChange(progress.status().id(), Map.of(from, Status.DEMOTING, to, Status.PROMOTING)),
        List.of());
    stopBegun = true;
    return servers.stopOldPrimary();
  }

  private String release() throws OperationFailure, InterruptedException, SQLException {
    ClusterView view = publishNewPrimary();
    if (!view.primary().equals(Optional.of(to))) {
      throw new OperationFailure(
          to + " was promoted but is not seen as primary: " + view.primaryReason());
    }
    released = true;
    MoveReport report = gates.moveTo(to, context.settings().switchover().hold());
    progress.released((System.nanoTime() - heldAtNs) / 1_000_000, report);
    return "%d sessions moved, %d ended".formatted(report.moved(), report.ended());
  }

  private ClusterView publishNewPrimary()
      throws OperationFailure, InterruptedException, SQLException {
    return publish(
        new RoleChange("", Map.of(from, Status.RECOVERING)),
        List.of(seen(to, servers.askNew()), stopped(from)));
  }

  /// Puts everything back, or says what a person must do.
  private void failed(String reason) {
    progress.failed(current, reason);
    // A put-back must not be cut short by the interrupt that may have caused it.
    boolean interrupted = Thread.interrupted();
    try {
      if (promoteBegun) {
        failedAfterPromotion(reason);
      } else {
        putBack(reason);
      }
    } catch (OperationFailure | IOException | SQLException | RuntimeException e) {
      progress.finish(
          OperationState.FAILED,
          "%s; then putting back failed: %s; start the server of %s by hand: %s"
              .formatted(reason, ClusterAccess.oneLine(e), from, servers.startCommand()));
    } catch (InterruptedException _) {
      interrupted = true;
      progress.finish(
          OperationState.FAILED,
          "%s; the service stopped while putting back; start the server of %s by hand: %s"
              .formatted(reason, from, servers.startCommand()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void putBack(String reason)
      throws OperationFailure, IOException, SQLException, InterruptedException {
    if (stopBegun) {
      servers.startOldPrimary();
      publish(RoleChange.NONE, List.of(seen(from, servers.askOld())));
      progress.undone(SwitchoverStep.STOP_OLD_PRIMARY, "started again");
      MoveReport report = gates.moveTo(from, context.settings().switchover().hold());
      progress.released((System.nanoTime() - heldAtNs) / 1_000_000, report);
    } else {
      gates.release();
      if (heldAtNs != 0) {
        progress.released((System.nanoTime() - heldAtNs) / 1_000_000, new MoveReport(0, 0));
      }
    }
    if (progress.isDone(SwitchoverStep.HOLD)) {
      progress.undone(SwitchoverStep.HOLD, "gate opened");
    }
    progress.finish(
        OperationState.ABORTED,
        "%s; everything was put back, %s is still the primary".formatted(reason, from));
  }

  private void failedAfterPromotion(String reason) throws OperationFailure, InterruptedException {
    if (released) {
      publish(RoleChange.NONE, List.of());
      progress.finish(
          OperationState.FAILED,
          "%s is the primary and serves, but %s does not follow it: %s; look at its server log,"
                  .formatted(to, from, reason)
              + " then rebuild it from a base backup");
      return;
    }
    boolean writable = servers.isWritable();
    if (writable) {
      try {
        release();
      } catch (OperationFailure | SQLException e) {
        writable = false;
        progress.failed(SwitchoverStep.RELEASE, ClusterAccess.oneLine(e));
      }
    }
    publish(RoleChange.NONE, List.of());
    progress.finish(
        OperationState.FAILED,
        writable
            ? "%s; %s is the primary and serves, %s is stopped: rebuild it as a standby"
                .formatted(reason, to, from)
            : "%s; it is not sure that %s was promoted and %s is stopped: look at the log of %s,"
                    .formatted(reason, to, from, to)
                + " start the old primary only if it stayed a standby");
  }

  private ClusterView publish(RoleChange change, List<NodeObservation> fresh)
      throws OperationFailure, InterruptedException {
    return context.publish(change, fresh);
  }

  private NodeObservation seen(BackendId node, Answered answer) {
    return new NodeObservation(node, context.clock().millis(), answer);
  }

  private NodeObservation stopped(BackendId node) {
    return new NodeObservation(
        node, context.clock().millis(), new Silent(1, true, "stopped by a switchover"));
  }
}

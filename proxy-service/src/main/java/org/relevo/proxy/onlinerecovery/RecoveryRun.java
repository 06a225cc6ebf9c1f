package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.proxy.agent.Commands;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One recovery: takes the steps of its way, one after the other.
///
/// ```text
/// step ──► step ──► … ──► SUCCEEDED
///   │ a failure, an operator's word, the end of the service
///   └──► clients go on ──► the rest is put in order ──► FAILED, CANCELLED, INTERRUPTED
/// ```
///
/// Owner: its own virtual thread; [#cancel] and [#interrupt] may come from any.
final class RecoveryRun implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryRun.class);

  private final Way way;
  private final RecoveryProgress progress;
  private volatile RecoveryState brokenOff = RecoveryState.FAILED;
  private volatile boolean ended;

  RecoveryRun(Way way, RecoveryProgress progress) {
    this.way = way;
    this.progress = progress;
  }

  RecoveryProgress progress() {
    return progress;
  }

  /// @return whether there was anything to break off
  boolean cancel() {
    return breakOff(RecoveryState.CANCELLED);
  }

  /// The service ends.
  void interrupt() {
    LOG.debug("recovery.interrupting any={}", breakOff(RecoveryState.INTERRUPTED));
  }

  private synchronized boolean breakOff(RecoveryState as) {
    if (ended) {
      return false;
    }
    if (brokenOff == RecoveryState.FAILED) {
      brokenOff = as;
    }
    way.cancel();
    return true;
  }

  @Override
  public void run() {
    progress.started();
    List<Way.Step> steps = way.steps();
    int at = 0;
    RecoveryState state = RecoveryState.FAILED;
    String outcome = "a fault of the service";
    try {
      for (; at < steps.size(); at++) {
        goOn();
        progress.begin(at);
        progress.done(at, steps.get(at).work().run());
      }
      state = RecoveryState.SUCCEEDED;
      outcome = "node %d is used again".formatted(progress.status().nodeId());
    } catch (InterruptedException _) {
      state = brokenOff == RecoveryState.FAILED ? RecoveryState.INTERRUPTED : brokenOff;
      outcome = "broken off at '%s'".formatted(steps.get(at).name());
      progress.failed(at, "broken off");
    } catch (RecoveryFailure | IOException | SQLException e) {
      state = brokenOff;
      outcome = "%s: %s".formatted(steps.get(at).name(), Commands.oneLine(e));
      LOG.debug("recovery.stack id={}", progress.status().id(), e);
      progress.failed(at, Commands.oneLine(e));
    } catch (RuntimeException e) {
      outcome = "%s: a fault of the service: %s".formatted(steps.get(at).name(), e);
      LOG.error("recovery.broken id={}", progress.status().id(), e);
      progress.failed(at, Commands.oneLine(e));
    } finally {
      synchronized (this) {
        ended = true;
      }
      // What was asked too late must not break the putting in order off.
      LOG.trace("recovery.ending interrupted={}", Thread.interrupted());
      way.end(state == RecoveryState.SUCCEEDED);
      progress.finish(state, outcome);
    }
  }

  private void goOn() throws InterruptedException {
    if (brokenOff != RecoveryState.FAILED || Thread.interrupted()) {
      throw new InterruptedException();
    }
  }
}

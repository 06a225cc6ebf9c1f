package org.relevo.proxy.mbean;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.relevo.jmx.contract.GateMXBean;
import org.relevo.jmx.contract.GateRelease;
import org.relevo.jmx.contract.GateStatus;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This service's gate for the other services of the cluster. Owner: none; the gate is thread-safe.
final class GateBean implements GateMXBean {
  private static final Logger LOG = LoggerFactory.getLogger(GateBean.class);
  private static final long MAX_HOLD_MS = 60_000;
  private static final long WAIT_MS = 30_000;
  private static final int STAY = -1;

  private final TrafficGate gate;

  GateBean(TrafficGate gate) {
    this.gate = gate;
  }

  @Override
  public GateStatus getStatus() {
    TrafficGate.State state = gate.state();
    return new GateStatus(
        state.holder().isPresent(),
        state.holder().orElse(""),
        state.closedAtEpochMs(),
        state.opensAtLatestEpochMs(),
        state.atBoundary(),
        state.inTransaction());
  }

  @Override
  public void hold(String operationId, long maxMs) {
    if (operationId.isEmpty() || maxMs < 1 || maxMs > MAX_HOLD_MS) {
      throw new IllegalArgumentException(
          "hold needs an operation and 1 to %d ms, got '%s' and %d"
              .formatted(MAX_HOLD_MS, operationId, maxMs));
    }
    var _ =
        gate.hold(operationId, Duration.ofMillis(maxMs))
            .whenComplete((_, failure) -> {
              if (failure != null) {
                LOG.info("gate.opened id={} reason=\"{}\"", operationId, failure.toString());
              }
            });
  }

  @Override
  public GateRelease release(String operationId, int primaryNodeId) {
    if (primaryNodeId == STAY) {
      gate.release(operationId);
      return new GateRelease(0, 0);
    }
    TrafficGate.MoveReport report =
        await(gate.moveTo(operationId, new BackendId(primaryNodeId)), "move the sessions");
    LOG.info(
        "gate.released id={} node={} moved={} ended={}",
        operationId,
        primaryNodeId,
        report.moved(),
        report.ended());
    return new GateRelease(report.moved(), report.ended());
  }

  @Override
  public int prepareMove(String operationId) {
    return await(gate.prepareMove(operationId), "look at the sessions");
  }

  private static <T> T await(CompletionStage<T> stage, String what) {
    try {
      return stage.toCompletableFuture().get(WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | CompletionException e) {
      throw new IllegalStateException("could not " + what + ": " + e.getCause());
    } catch (TimeoutException _) {
      throw new IllegalStateException("could not " + what + " within " + WAIT_MS + " ms");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted; could not " + what);
    }
  }
}

package org.relevo.app.testkit;

import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.Candidate;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;

/// A switchover that goes one step on per [#advance].
///
/// Owner: any thread, behind its own lock.
public final class ScriptedFailover {
  private static final String[] STEPS = {
    "check", "checkpoint", "hold", "stop", "verify", "promote", "release", "rejoin"
  };
  private static final String[] DETAILS = {
    "5 checks passed",
    "CHECKPOINT took 212 ms",
    "64 of 64 sessions at a boundary",
    "clean stop at 16/B3C91A28",
    "pgsql2 has 16/B3C91A28",
    "timeline 8, writable",
    "64 sessions moved",
    "pgsql1 streams from pgsql2"
  };
  private static final int POINT_OF_NO_RETURN = 5;
  private static final OperationStatus NONE =
      new OperationStatus(
          "", "", OperationState.PLANNED, "", "", -1, -1, -1, -1, -1, 0, 0, 0, List.of(), "");

  private final ScriptedService service;
  private final TestClock clock;
  private final List<OperationStatus> history = new ArrayList<>();
  private OperationStatus current = NONE;
  private String planId = "";
  private int plannedTarget = -1;
  private String plannedReason = "";
  private int failAt = -1;
  private CheckResult worstCheck = CheckResult.PASS;
  private boolean abortAsked;

  ScriptedFailover(ScriptedService service, TestClock clock) {
    this.service = service;
    this.clock = clock;
  }

  /// The step of this name will fail.
  public synchronized void failAt(String step) {
    failAt = List.of(STEPS).indexOf(step);
    if (failAt < 0) {
      throw new IllegalArgumentException("no step " + step);
    }
  }

  /// One pre-flight check of the next plan answers this.
  public synchronized void worstCheck(CheckResult result) {
    worstCheck = result;
  }

  public synchronized String runningId() {
    return current.state() == OperationState.RUNNING ? current.id() : "";
  }

  /// Starts an operation from elsewhere, as when another desktop did it.
  public synchronized void startFromElsewhere() {
    plannedTarget = 1 - service.primary();
    plannedReason = "kernel update";
    begin("ana");
  }

  /// Ends the running step and begins the next.
  public synchronized void advance() {
    int at = running();
    if (at < 0) {
      return;
    }
    if (abortAsked) {
      undo(at);
    } else if (at == failAt) {
      fail(at);
    } else {
      finish(at);
    }
  }

  /// Runs to the end.
  public synchronized void advanceToEnd() {
    for (int i = 0; i <= STEPS.length; i++) {
      advance();
    }
  }

  /// Runs until the step of this name is running.
  public synchronized void advanceTo(String step) {
    for (int i = 0; i < STEPS.length && running() != List.of(STEPS).indexOf(step); i++) {
      advance();
    }
  }

  Bean bean(Runnable reachable, Runnable operator, String user) {
    return new Bean(reachable, operator, user);
  }

  private void finish(int at) {
    String name = STEPS[at];
    set(at, StepState.DONE, DETAILS[at]);
    if (name.equals("hold")) {
      service.hold(true);
      counts(-1, 64, 0);
    } else if (name.equals("promote")) {
      service.promote(current.toNodeId());
    } else if (name.equals("release")) {
      service.hold(false);
      counts(874, 64, 64);
    }
    service.event(
        LogLevel.INFO,
        "switchover.step",
        "id=" + current.id() + " step=" + name + " state=DONE tookMs=212");
    if (at + 1 < STEPS.length) {
      set(at + 1, StepState.RUNNING, "");
    } else {
      end(OperationState.SUCCEEDED, "pgsql2 is primary; clients waited 0.87 s, none got an error");
    }
  }

  private void fail(int at) {
    set(at, StepState.FAILED, "no answer within 10 s");
    service.hold(false);
    service.event(
        LogLevel.ERROR,
        "switchover.step",
        "id=" + current.id() + " step=" + STEPS[at] + " state=FAILED");
    for (int i = at + 1; i < STEPS.length; i++) {
      set(i, StepState.SKIPPED, "");
    }
    end(
        OperationState.FAILED,
        "step " + STEPS[at] + " got no answer; pgsql1 is still primary and serves clients");
    failAt = -1;
  }

  private void undo(int at) {
    for (int i = 0; i < STEPS.length; i++) {
      set(i, i <= at ? StepState.UNDONE : StepState.SKIPPED, "");
    }
    service.hold(false);
    end(OperationState.ABORTED, "everything is as before; pgsql1 is primary");
    abortAsked = false;
  }

  private void begin(String actor) {
    List<OperationStep> steps = new ArrayList<>();
    for (int i = 0; i < STEPS.length; i++) {
      steps.add(new OperationStep(i + 1, STEPS[i], nodeOf(i), StepState.PENDING, "", -1, -1));
    }
    current =
        new OperationStatus(
            "s" + (41 + history.size()),
            "switchover",
            OperationState.RUNNING,
            actor,
            plannedReason,
            service.primary(),
            plannedTarget,
            clock.millis(),
            -1,
            -1,
            0,
            0,
            0,
            steps,
            "");
    service.event(LogLevel.INFO, "switchover.started", "id=" + current.id() + " to=pgsql2");
    set(0, StepState.RUNNING, "");
  }

  private int nodeOf(int step) {
    return switch (STEPS[step]) {
      case "hold", "release" -> -1;
      case "verify", "promote" -> plannedTarget;
      default -> service.primary();
    };
  }

  private int running() {
    for (int i = 0; i < current.steps().size(); i++) {
      if (current.steps().get(i).state() == StepState.RUNNING) {
        return i;
      }
    }
    return -1;
  }

  private void set(int at, StepState state, String detail) {
    List<OperationStep> steps = new ArrayList<>(current.steps());
    OperationStep old = steps.get(at);
    boolean ended = state != StepState.RUNNING && state != StepState.SKIPPED;
    long started = old.startedAtEpochMs() >= 0 ? old.startedAtEpochMs() : clock.millis();
    steps.set(
        at,
        new OperationStep(
            old.number(),
            old.name(),
            old.nodeId(),
            state,
            detail,
            state == StepState.SKIPPED ? -1 : started,
            ended ? started + 212 : -1));
    replace(current.state(), -2, current.heldSessions(), current.movedSessions(), steps, "");
  }

  private void counts(long pauseMs, int held, int moved) {
    replace(current.state(), pauseMs, held, moved, current.steps(), "");
  }

  private void end(OperationState state, String outcome) {
    replace(state, -2, current.heldSessions(), current.movedSessions(), current.steps(), outcome);
    history.addFirst(current);
    service.event(LogLevel.INFO, "switchover.finished", "id=" + current.id() + " state=" + state);
  }

  private void replace(
      OperationState state,
      long pauseMs,
      int held,
      int moved,
      List<OperationStep> steps,
      String outcome) {
    current =
        new OperationStatus(
            current.id(),
            current.kind(),
            state,
            current.actor(),
            current.reason(),
            current.fromNodeId(),
            current.toNodeId(),
            current.startedAtEpochMs(),
            state == OperationState.RUNNING ? -1 : clock.millis(),
            pauseMs == -2 ? current.pauseMs() : pauseMs,
            held,
            moved,
            0,
            steps,
            outcome);
  }

  private SwitchoverPlan plan(int target, String reason) {
    int from = service.primary();
    int to = target < 0 ? 1 - from : target;
    if (to > 1) {
      throw new IllegalArgumentException("no such node: " + target);
    }
    planId = "p" + clock.millis();
    plannedTarget = to;
    plannedReason = reason;
    boolean block = worstCheck == CheckResult.BLOCK || to == from;
    List<PreflightCheck> checks = ScriptedPlan.checks(from, to, worstCheck);
    List<PlannedStep> steps = ScriptedPlan.steps(from, to, STEPS, this::nodeOf);
    List<Candidate> candidates =
        List.of(
            new Candidate(
                1 - from,
                ScriptedService.name(1 - from),
                !block,
                block ? "not possible: 18 MB behind, 16 MB are allowed" : "no loss: 41 kB behind",
                41_256,
                7));
    return new SwitchoverPlan(
        planId,
        "9f2c41d07b6ae58813c0",
        ScriptedService.CLUSTER,
        from,
        to,
        reason,
        !block,
        candidates,
        checks,
        steps,
        clock.millis());
  }

  /// What one user calls.
  public final class Bean implements FailoverMXBean {
    private final Runnable reachable;
    private final Runnable operator;
    private final String user;

    Bean(Runnable reachable, Runnable operator, String user) {
      this.reachable = reachable;
      this.operator = operator;
      this.user = user;
    }

    @Override
    public OperationStatus getCurrent() {
      reachable.run();
      synchronized (ScriptedFailover.this) {
        return current;
      }
    }

    @Override
    public List<OperationStatus> getHistory() {
      reachable.run();
      synchronized (ScriptedFailover.this) {
        return List.copyOf(history);
      }
    }

    @Override
    public SwitchoverPlan planSwitchover(int targetNodeId, String reason) {
      reachable.run();
      synchronized (ScriptedFailover.this) {
        return plan(targetNodeId, reason);
      }
    }

    @Override
    public String startSwitchover(String id, String hash) {
      reachable.run();
      operator.run();
      synchronized (ScriptedFailover.this) {
        if (!id.equals(planId) || !hash.equals("9f2c41d07b6ae58813c0")) {
          throw new IllegalStateException("plan " + id + " is not known or has changed");
        }
        if (!runningId().isEmpty()) {
          throw new IllegalStateException("operation " + runningId() + " is running");
        }
        begin(user);
        return current.id();
      }
    }

    @Override
    public OperationStatus operation(String id) {
      reachable.run();
      synchronized (ScriptedFailover.this) {
        return current.id().equals(id)
            ? current
            : history.stream()
                .filter(o -> o.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such operation: " + id));
      }
    }

    @Override
    public void abort(String id) {
      reachable.run();
      operator.run();
      synchronized (ScriptedFailover.this) {
        if (running() < 0 || running() >= POINT_OF_NO_RETURN) {
          throw new IllegalStateException("operation " + id + " cannot go back any more");
        }
        abortAsked = true;
      }
    }
  }
}

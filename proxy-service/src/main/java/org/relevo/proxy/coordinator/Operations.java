package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.SwitchoverChecks;
import org.relevo.proxy.failover.SwitchoverFacts;
import org.relevo.proxy.failover.SwitchoverPlanning;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.LocalServer;

/// Plans, starts, aborts and remembers operations; one runs at a time.
///
/// Owner: none; one lock guards plans, the running operation and the history.
public final class Operations {
  static final int HISTORY = 50;
  private static final int MAX_PLANS = 50;
  private static final long PLAN_VALID_MS = TimeUnit.MINUTES.toMillis(10);
  private static final int MAX_TEXT = 200;

  private static final OperationStatus NONE =
      new OperationStatus(
          "", "", OperationState.PLANNED, "", "", -1, -1, -1, -1, -1, 0, 0, 0, List.of(), "");

  private final OperationContext context;
  private final EventJournal journal;
  private final OperationFile file;
  private final Map<String, SwitchoverPlan> plans = new LinkedHashMap<>();
  private final ArrayDeque<OperationStatus> history = new ArrayDeque<>();
  private @Nullable Running running;

  private record Running(
      OperationProgress progress, Optional<Switchover> switchover, Thread thread) {}

  Operations(OperationContext context, EventJournal journal) {
    this.context = context;
    this.journal = journal;
    this.file = new OperationFile(context.settings().stateDirectory());
  }

  /// The running operation, else the last one, else one with id "".
  public synchronized OperationStatus current() {
    Running now = running;
    if (now != null) {
      return now.progress().status();
    }
    return history.isEmpty() ? NONE : history.getFirst();
  }

  public synchronized String runningId() {
    Running now = running;
    return now == null ? "" : now.progress().status().id();
  }

  /// Newest first.
  public synchronized List<OperationStatus> history() {
    List<OperationStatus> all = new ArrayList<>();
    Running now = running;
    if (now != null) {
      all.add(now.progress().status());
    }
    all.addAll(history);
    return all.size() > HISTORY ? all.subList(0, HISTORY) : all;
  }

  /// @throws IllegalArgumentException when there is no such operation
  public OperationStatus operation(String id) {
    return history().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation '" + id + "'"));
  }

  /// Dry run; asks the servers, changes nothing.
  ///
  /// @throws IllegalArgumentException when there is no such node
  public SwitchoverPlan plan(int targetNodeId, String reason) {
    Optional<BackendId> target = Optional.empty();
    if (targetNodeId != -1) {
      BackendId wanted = new BackendId(targetNodeId);
      if (context.settings().node(wanted).isEmpty()) {
        throw new IllegalArgumentException(
            "no node %d; nodes are %s"
                .formatted(
                    targetNodeId,
                    context.settings().nodes().stream().map(NodeSettings::id).toList()));
      }
      target = Optional.of(wanted);
    }
    SwitchoverPlan plan = make("p-" + UUID.randomUUID(), target, clean(reason));
    synchronized (this) {
      plans.put(plan.id(), plan);
      while (plans.size() > MAX_PLANS) {
        plans.remove(plans.keySet().iterator().next());
      }
    }
    return plan;
  }

  /// Runs a plan that was seen.
  ///
  /// @return the operation's id
  /// @throws IllegalStateException saying why it does not start
  public String start(String planId, String planHash, String actor) {
    SwitchoverPlan seen;
    synchronized (this) {
      seen = plans.get(planId);
    }
    if (seen == null) {
      throw new IllegalStateException("no plan '" + planId + "'; make a new one");
    }
    if (!seen.hash().equals(planHash)) {
      throw new IllegalStateException("the hash is not that of plan " + planId);
    }
    if (context.clock().millis() - seen.madeAtEpochMs() > PLAN_VALID_MS) {
      throw new IllegalStateException(
          "plan " + planId + " is older than 10 minutes; make a new one");
    }
    SwitchoverPlan now =
        make(planId, Optional.of(new BackendId(Math.max(0, seen.toNodeId()))), seen.reason());
    if (!now.startable()) {
      throw new IllegalStateException(
          "the switchover cannot start: "
              + now.checks().stream()
                  .filter(check -> check.result() == CheckResult.BLOCK)
                  .map(check -> check.name() + ": " + check.evidence())
                  .toList());
    }
    if (!now.hash().equals(planHash)) {
      throw new IllegalStateException(
          "the cluster has changed since plan " + planId + " was made; make a new one");
    }
    return run(now, clean(actor));
  }

  /// Asks the running operation to put everything back.
  ///
  /// @throws IllegalStateException when it is past the point of no return or not running
  public synchronized void abort(String id) {
    Running now = running;
    if (now == null || !now.progress().status().id().equals(id)) {
      throw new IllegalStateException("operation '" + id + "' is not running");
    }
    if (now.switchover().isEmpty() || !now.switchover().get().abort()) {
      throw new IllegalStateException(
          "operation " + id + " is past the point of no return; it goes on to its end");
    }
    journal.record(LogLevel.INFO, "switchover.abort", "id=" + id);
  }

  /// Deals with an operation that a crash of the service broke off.
  void resume() {
    Optional<OperationStatus> left;
    try {
      left = file.read();
    } catch (IOException e) {
      journal.record(
          LogLevel.ERROR, "operation.file", "reason=\"" + ClusterAccess.oneLine(e) + "\"");
      return;
    }
    if (left.isEmpty()) {
      return;
    }
    if (left.get().state() != OperationState.RUNNING) {
      synchronized (this) {
        history.addFirst(left.get());
      }
      return;
    }
    OperationProgress progress = new OperationProgress(left.get(), file, journal, context.clock());
    InterruptedOperation interrupted = new InterruptedOperation(context, progress);
    synchronized (this) {
      launch(progress, Optional.empty(), interrupted);
    }
  }

  /// Asks the running operation to put everything back, and waits for its end; one that is past the
  /// point of no return goes on to its end.
  void close(long waitMs) throws InterruptedException {
    @Nullable Running now;
    synchronized (this) {
      now = running;
    }
    if (now == null) {
      return;
    }
    boolean aborting = now.switchover().map(Switchover::abort).orElse(false);
    journal.record(
        LogLevel.INFO,
        "operation.closing",
        "id=%s aborting=%s".formatted(now.progress().status().id(), aborting));
    if (!now.thread().join(Duration.ofMillis(waitMs))) {
      now.thread().interrupt();
    }
  }

  private synchronized String run(SwitchoverPlan plan, String actor) {
    if (running != null) {
      throw new IllegalStateException("operation " + runningId() + " is running");
    }
    plans.remove(plan.id());
    OperationProgress progress =
        new OperationProgress(shortId(), plan, actor, file, journal, context.clock());
    Switchover switchover = new Switchover(context, progress, plan);
    launch(progress, Optional.of(switchover), switchover);
    return progress.status().id();
  }

  /// Must be called with the lock held.
  private void launch(OperationProgress progress, Optional<Switchover> switchover, Runnable work) {
    Thread thread =
        Thread.ofVirtual()
            .name("operation-" + progress.status().id())
            .unstarted(() -> {
              try {
                work.run();
              } finally {
                ended(progress);
              }
            });
    running = new Running(progress, switchover, thread);
    thread.start();
  }

  private synchronized void ended(OperationProgress progress) {
    running = null;
    history.addFirst(progress.status());
    while (history.size() > HISTORY) {
      history.removeLast();
    }
  }

  private SwitchoverPlan make(String id, Optional<BackendId> target, String reason) {
    Map<BackendId, Answered> answers = new HashMap<>();
    for (NodeSettings node : context.settings().nodes()) {
      context.loop().lastAnswer(node.id()).ifPresent(answer -> answers.put(node.id(), answer));
    }
    SwitchoverFacts facts = context.access().facts(context.loop().current(), answers, runningId());
    Optional<BackendId> to = SwitchoverChecks.target(facts, target);
    return SwitchoverPlanning.plan(
        id, facts, target, commands(facts.view().primary(), to), reason, context.clock().millis());
  }

  private SwitchoverPlanning.Commands commands(Optional<BackendId> from, Optional<BackendId> to) {
    SwitchoverSettings limits = context.settings().switchover();
    String stop = "pg_ctl stop -m fast";
    String start = "pg_ctl start";
    String rejoin = "";
    if (from.isPresent() && to.isPresent() && context.access().isLocal(from.get())) {
      try {
        LocalServer local = context.access().local(from.get());
        stop = local.stopCommand();
        start = local.startCommand();
        rejoin = context.access().following(from.get(), to.get()).describe(local.dataDirectory());
      } catch (OperationFailure e) {
        rejoin = "cannot be done from here: " + e.getMessage();
      }
    }
    return new SwitchoverPlanning.Commands(
        stop,
        start,
        rejoin,
        Math.toIntExact(limits.promote().toSeconds()),
        limits.drain().toMillis(),
        limits.hold().toMillis());
  }

  /// Text of a person, as it goes into logs: one line, bounded.
  private static String clean(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\"]", " ").strip();
    return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) : line;
  }

  /// Short enough to be read out and to fit a title bar; a cluster sees few of them.
  private static String shortId() {
    return "s-" + UUID.randomUUID().toString().substring(0, 8);
  }
}

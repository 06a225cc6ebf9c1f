package org.relevo.proxy.member;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.consensus.ClusterLog;
import org.relevo.proxy.consensus.Quorum;
import org.relevo.proxy.control.ControlSettings;
import org.relevo.proxy.control.Effect;
import org.relevo.proxy.control.Input;
import org.relevo.proxy.control.MemberLogic;
import org.relevo.proxy.core.BackendId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A member at work.
///
/// Owner: the logic belongs to the thread `member`; public methods may be called from any thread.
public final class ClusterMember implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);
  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long CLOSE_WAIT_MS = 3_000;

  /// The answer to a person.
  ///
  /// @param refusal "" when it begins, or would begin
  /// @param operation id of what began, else ""
  /// @param steps of a dry run: what would be done in order
  public record Answer(String refusal, String operation, List<String> steps) {
    public Answer {
      steps = List.copyOf(steps);
    }
  }

  private final MemberId self;
  private final MemberLogic logic;
  private final ClusterLog log;
  private final Clients clients;
  private final OwnServers servers;
  private final RoleHooks hooks;
  private final Enrolment enrolment;
  private final Schedule schedule;
  private final Groups groups;
  private final Journal journal;
  private final LinkedBlockingQueue<Input> inputs = new LinkedBlockingQueue<>();
  private final Map<Long, CompletableFuture<Answer>> asked = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final OperationTrail trail = new OperationTrail();
  private volatile @Nullable ClusterState state;
  private volatile String standing = "";
  private volatile long writesUntilNs = System.nanoTime();
  private volatile boolean closing;

  /// @param log closed with this member, as are its servers and groups
  public ClusterMember(
      ControlSettings settings,
      ClusterLog log,
      Clients clients,
      OwnServers servers,
      RoleHooks hooks,
      Enrolment enrolment,
      Schedule schedule,
      Groups groups,
      Journal journal) {
    this.self = settings.self();
    this.logic = new MemberLogic(settings);
    this.log = log;
    this.clients = clients;
    this.servers = servers;
    this.hooks = hooks;
    this.enrolment = enrolment;
    this.schedule = schedule;
    this.groups = groups;
    this.journal = journal;
    this.thread = Thread.ofPlatform().name("member").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
    schedule.start(this::begin);
    groups.start(command -> propose(new Command.OfGroup(command)));
    servers.start((node, report) -> inputs.add(new Input.LocalReport(node, report)));
    log.listen(
        new ClusterLog.Listener() {
          @Override
          public void applied(long index, Command command, ClusterState now) {
            inputs.add(new Input.Applied(index, command, now));
          }

          @Override
          public void installed(long index, ClusterState now) {
            inputs.add(new Input.Installed(index, now));
          }

          @Override
          public void leadership(ClusterLog.Leadership leadership) {
            inputs.add(new Input.Led(leadership));
          }
        });
  }

  /// What a probe saw, its retries included.
  public void probed(BackendId node, Sight sight) {
    inputs.add(new Input.Probed(node, sight));
  }

  private void begin(Schedule.Entry entry) {
    var _ =
        ask(Operation.Kind.SWITCHOVER, entry.to(), -1, false, entry.actor(), entry.reason())
            .thenAccept(answer -> {
              if (!answer.refusal().isEmpty()) {
                journal.record(
                    LogLevel.WARN,
                    "switchover.refused",
                    "to=%d reason=\"%s\"".formatted(entry.to(), answer.refusal()));
              }
            });
  }

  public MemberId self() {
    return self;
  }

  public Schedule schedule() {
    return schedule;
  }

  /// The state as last seen by the logic; empty before the first.
  public Optional<ClusterState> state() {
    return Optional.ofNullable(state);
  }

  /// What the leading member makes of the cluster, with the number of the row; "" when another
  /// leads.
  public String standing() {
    return standing;
  }

  /// How long clients of this member may still write without news, milliseconds; 0 when they may
  /// not.
  public long writesForMs() {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(writesUntilNs - System.nanoTime()));
  }

  /// Operations that this member has seen.
  public OperationTrail trail() {
    return trail;
  }

  /// The quorum behind the log; empty for a service alone.
  public Optional<Quorum> quorum() {
    return log instanceof Quorum quorum ? Optional.of(quorum) : Optional.empty();
  }

  public ClusterLog.Leadership leadership() {
    return log.leadership();
  }

  /// Asks for an operation.
  ///
  /// @param to -1 for the best
  /// @param allowedLossBytes for a failover; -1 as configured
  public CompletableFuture<Answer> ask(
      Operation.Kind kind,
      int to,
      long allowedLossBytes,
      boolean dryRun,
      String actor,
      String reason) {
    long number = requests.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    asked.put(number, answer);
    inputs.add(new Input.Asked(number, kind, to, allowedLossBytes, dryRun, actor, reason));
    return answer.whenComplete((_, _) -> asked.remove(number));
  }

  /// Asks the running operation to put everything back.
  ///
  /// @return "" when it does, else why not
  public CompletableFuture<String> abort(String operationId, String actor) {
    ClusterState now = state;
    Operation running = now == null ? null : now.operation().orElse(null);
    if (running == null || !running.id().equals(operationId)) {
      return CompletableFuture.completedFuture("operation " + operationId + " is not running");
    }
    Command.Why why =
        new Command.Why(System.currentTimeMillis(), actor, "", "asked to put it back");
    Operation.Phase phase = running.phase();
    return switch (phase) {
      case CHECKPOINT, HOLD -> propose(new Command.End(operationId, phase, false, why));
      case DEMOTE, COLLECT ->
          propose(
              new Command.Advance(
                  operationId, phase, Operation.Phase.RESTORE, Command.Proof.NONE, why));
      case RESTORE -> CompletableFuture.completedFuture("");
      case PROMOTE, OPEN ->
          CompletableFuture.completedFuture(
              "the new primary is chosen: it can only go on, a switchover back can follow");
    };
  }

  /// Puts a person's command in order.
  ///
  /// @return "" when it took effect, else why not; exceptionally when that is not known
  public CompletableFuture<String> propose(Command command) {
    return log.propose(command).toCompletableFuture().thenApply(ClusterLog.Outcome::refusal);
  }

  private void run() {
    long nextTick = System.nanoTime();
    try {
      while (!closing) {
        Input input = inputs.poll(nextTick - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (input != null) {
          take(input);
        }
        if (System.nanoTime() - nextTick >= 0) {
          take(new Input.Tick(System.currentTimeMillis()));
          enrol();
          nextTick = System.nanoTime() + TICK_NS;
        }
      }
      take(new Input.Stopping());
    } catch (InterruptedException _) {
      // Closed without time for a goodbye: the lease runs out by itself.
    } finally {
      stopped.countDown();
    }
  }

  private void enrol() {
    Optional<Command> due =
        enrolment.due(
            logic.state(), log.leadership().self(), System.nanoTime(), System.currentTimeMillis());
    if (due.isPresent()) {
      var _ = propose(due.get()).whenComplete(this::enrolled);
    }
  }

  private void enrolled(@Nullable String refusal, @Nullable Throwable problem) {
    boolean refused = refusal != null && !refusal.isEmpty();
    ClusterState now = state;
    if (closing) {
      return; // The answer no longer matters: it is asked for again at the next start.
    }
    if (problem == null && refused && now != null && enrolment.done(now)) {
      // It was asked for twice, as the first answer came late.
      LOG.debug("cluster.enrol-twice member={} reason=\"{}\"", self, refusal);
    } else if (problem != null || refused) {
      LOG.warn(
          "cluster.enrol member={} reason=\"{}\"",
          self,
          problem == null ? refusal : problem.toString());
    }
  }

  @SuppressWarnings("ReferenceEquality") // an unchanged state is the same object
  private void take(Input input) {
    List<Effect> effects = logic.on(input, System.nanoTime());
    if (state != logic.state()) {
      trail.see(logic.state(), System.currentTimeMillis());
      hooks.see(logic.state(), log.leadership().self());
      clients.agreed(logic.state());
      if (conditionsChanged(state, logic.state())) {
        clients.lookAtServers();
      }
    }
    state = logic.state();
    standing = logic.standing();
    for (Effect effect : effects) {
      try {
        perform(effect);
      } catch (RuntimeException e) {
        LOG.error("cluster.effect-failed effect={} reason=\"{}\"", effect, e.toString(), e);
      }
    }
    groups.see(logic.state(), writesUntilNs);
  }

  private static boolean conditionsChanged(@Nullable ClusterState before, ClusterState now) {
    return before == null
        || now.nodes().entrySet().stream()
            .anyMatch(entry -> {
              NodeState earlier = before.nodes().get(entry.getKey());
              return earlier == null
                  || earlier.report().condition() != entry.getValue().report().condition();
            });
  }

  private void perform(Effect effect) {
    switch (effect) {
      case Effect.Propose(long number, Command command) -> {
        if (command instanceof Command.Renew) {
          servers.enlist();
        }
        propose(number, command);
      }
      case Effect.WriteUntil(long deadlineNs) -> {
        writesUntilNs = deadlineNs;
        clients.writeUntil(deadlineNs);
        servers.feed(deadlineNs);
      }
      case Effect.Hold(long gateEpoch, boolean abandon) -> {
        trail.held();
        var _ =
            clients
                .hold(abandon)
                .whenComplete((sessions, problem) -> {
                  if (problem == null) {
                    trail.holds(sessions);
                    inputs.add(new Input.Held(gateEpoch));
                  } else {
                    LOG.warn("cluster.hold gate={} reason=\"{}\"", gateEpoch, problem.toString());
                  }
                });
      }
      case Effect.Serve(BackendId primary, long _) -> {
        var _ = clients.serve(primary).thenAccept(trail::wentOn);
      }
      case Effect.Release _ -> {
        var _ = clients.release().thenAccept(trail::wentOn);
      }
      case Effect.ServeNobody(String reason) -> clients.serveNobody(reason);
      case Effect.Act act ->
          servers
              .act(act.node(), act.action())
              .whenComplete((failure, problem) ->
                  inputs.add(
                      new Input.ActionEnded(
                          act.node(),
                          act.actionId(),
                          problem == null ? failure : problem.toString())));
      case Effect.Keep(BackendId node, boolean on) -> {
        var _ = servers.keep(node, on).thenAccept(still -> inputs.add(new Input.Kept(node, still)));
      }
      case Effect.Quarantine(BackendId node, boolean on, String reason) ->
          journal.record(
              on ? LogLevel.WARN : LogLevel.INFO,
              "cluster.quarantine",
              "node=%s on=%s reason=\"%s\"".formatted(node, on, reason));
      case Effect.Answer(long request, String refusal, String operation, List<String> steps) ->
          Optional.ofNullable(asked.get(request))
              .ifPresent(waiting -> waiting.complete(new Answer(refusal, operation, steps)));
      case Effect.Note(boolean warning, String row, String text) ->
          journal.record(
              warning ? LogLevel.WARN : LogLevel.INFO,
              "cluster.decision",
              "row=%s text=\"%s\"".formatted(row, text));
    }
  }

  private void propose(long number, Command command) {
    log.propose(command)
        .whenComplete((outcome, problem) -> {
          if (problem != null && !(problem.getCause() instanceof TimeoutException)) {
            LOG.debug("cluster.proposal number={} reason=\"{}\"", number, problem.toString());
          }
          inputs.add(
              new Input.Proposed(
                  number, problem == null, problem == null ? outcome.refusal() : ""));
        });
  }

  @Override
  public void close() {
    groups.close();
    closing = true;
    inputs.add(new Input.Tick(System.currentTimeMillis()));
    try {
      if (!stopped.await(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    schedule.close();
    servers.close();
    log.close();
  }
}

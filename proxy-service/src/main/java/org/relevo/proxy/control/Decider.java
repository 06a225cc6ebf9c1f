package org.relevo.proxy.control;

import java.util.Optional;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.Command.Why;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.control.Freshness.Choice;
import org.relevo.proxy.control.Rules.Decision;
import org.relevo.proxy.core.BackendId;

/// Decides while this member leads: looks, finds the row, proposes what it says; one proposal at a
/// time, made again when nothing is known of it. Owner: [MemberLogic].
final class Decider {
  /// After a proposal that was refused or lost, before the next one.
  private static final long AGAIN_MS = 50;

  /// Between two foundings that a member proposes to a leader who cannot: a witness knows no
  /// servers.
  private static final long FOUND_MS = 1000;

  private final ControlSettings settings;
  private final LeaseWatch watch;
  private final Since since = new Since();
  private final Outlook outlook;
  private final Progress progress;
  private boolean leading;
  private String lastRow = "";
  private String standing = "";
  private long operations;

  private Optional<Command> proposed = Optional.empty();
  private long number;
  private long notBeforeNs;
  private boolean waits;

  private Optional<Operation> fencing = Optional.empty();
  private long fenceId;
  private String fencedOperation = "";

  Decider(ControlSettings settings, LeaseWatch watch, Freshness freshness) {
    this.settings = settings;
    this.watch = watch;
    outlook = new Outlook(settings.timing(), watch, since);
    progress = new Progress(settings.timing(), watch, outlook, freshness, since);
  }

  void leads(boolean now) {
    if (leading != now) {
      since.clear();
      proposed = Optional.empty();
      waits = false;
      lastRow = "";
      standing = "";
    }
    leading = now;
  }

  boolean leading() {
    return leading;
  }

  /// The row that decides at present, "" when this member does not lead.
  String standing() {
    return standing;
  }

  Outlook outlook() {
    return outlook;
  }

  /// A snapshot took the place of commands: the proposal may be among them.
  void installed() {
    proposed = Optional.empty();
  }

  void applied(Command command) {
    if (proposed.isPresent() && proposed.get().equals(command)) {
      proposed = Optional.empty();
    }
  }

  void answered(long answered, boolean effective, long nowNs) {
    if (proposed.isPresent() && answered == number && !effective) {
      proposed = Optional.empty();
      waits = true;
      notBeforeNs = nowNs + Timing.ns(AGAIN_MS);
    }
  }

  /// @return whether the action was this object's
  boolean ended(long actionId, String failure, long nowNs) {
    if (fencing.isEmpty() || actionId != fenceId) {
      return false;
    }
    if (failure.isEmpty()) {
      fencedOperation = fencing.get().id();
    } else {
      waits = true;
      notBeforeNs = nowNs + Timing.ns(settings.timing().actionRetryMs());
    }
    fencing = Optional.empty();
    return true;
  }

  void decide(ClusterState state, Outbox out, long wallMs, long nowNs) {
    if (waits && nowNs - notBeforeNs < 0) {
      return;
    }
    if (!leading) {
      if (!state.founded() && settings.founding().isPresent()) {
        waits = true;
        notBeforeNs = nowNs + Timing.ns(FOUND_MS);
        Why why = new Why(wallMs, Operation.AUTOMATIC, "", "nobody has founded the cluster");
        var _ = out.propose(found(settings.founding().get(), why));
      }
      return;
    }
    waits = false;
    Situation situation = look(state, nowNs);
    Row<?, Decision> row = Rules.decide(situation);
    if (!row.id().equals(lastRow)) {
      lastRow = row.id();
      standing = "%s %s: %s".formatted(row.id(), row.when(), row.why());
      if (row.then() != Decision.NOTHING) {
        out.add(
            new Effect.Note(row.then() == Decision.TELL, row.id(), row.when() + ": " + row.why()));
      }
    }
    if (proposed.isPresent() || fencing.isPresent()) {
      return;
    }
    command(row, state, out, wallMs, nowNs).ifPresent(command -> propose(command, out, nowNs));
  }

  private Situation look(ClusterState state, long nowNs) {
    if (state.operation().isEmpty()) {
      return outlook.idle(state, settings.fences(), nowNs);
    }
    Operation operation = state.operation().get();
    boolean fences = settings.fences() && operation.from() >= 0;
    return progress.running(state, fences, operation.id().equals(fencedOperation), nowNs);
  }

  private void propose(Command command, Outbox out, long nowNs) {
    number = out.propose(command);
    proposed = Optional.of(command);
    since.clearOne("proposal");
    since.heldNs("proposal", true, nowNs);
  }

  /// Gives up waiting for an answer that never comes.
  void expire(long nowNs) {
    if (proposed.isPresent()
        && since.heldFor("proposal", true, settings.timing().proposalMs(), nowNs)) {
      proposed = Optional.empty();
    }
  }

  private Optional<Command> command(
      Row<?, Decision> row, ClusterState state, Outbox out, long wallMs, long nowNs) {
    Why why = new Why(wallMs, Operation.AUTOMATIC, row.id(), row.why());
    return switch (row.then()) {
      case NOTHING, TELL -> Optional.empty();
      case FOUND -> settings.founding().map(found -> found(found, why));
      case ADOPT -> adopt(state, why, nowNs);
      case START_FAILOVER -> Optional.of(failover(state, why));
      case ASK_SYNC ->
          Optional.of(
              new Command.AskSync(
                  state.standing().number() + 1, outlook.syncTarget(state, nowNs), why));
      case SETTLE_SYNC -> Optional.of(new Command.SettleSync(state.standing().number(), why));
      case CALM -> Optional.of(new Command.Calm(state.failoversSinceCalm(), why));
      case TO_HOLD -> Optional.of(advance(state, Phase.HOLD, 0, why, nowNs));
      case TO_DEMOTE -> Optional.of(advance(state, Phase.DEMOTE, 0, why, nowNs));
      case TO_COLLECT ->
          Optional.of(advance(state, Phase.COLLECT, settings.timing().stopMarginMs(), why, nowNs));
      case TO_RESTORE -> Optional.of(advance(state, Phase.RESTORE, 0, why, nowNs));
      case FENCE -> {
        fence(state.operation().orElseThrow(), out);
        yield Optional.empty();
      }
      case COMMIT ->
          progress
              .choice(state, state.operation().orElseThrow(), nowNs)
              .map(choice -> commit(state, choice, why, nowNs));
      case COMMIT_NEXT ->
          progress
              .another(state, state.operation().orElseThrow(), nowNs)
              .map(choice -> commit(state, choice, why, nowNs));
      case PUT_BACK -> Optional.of(end(state, false, why));
      case DONE -> Optional.of(end(state, true, why));
    };
  }

  private static Command found(Command.Found found, Why why) {
    return new Command.Found(
        found.systemIdentifier(), found.members(), found.nodes(), found.sync(), why);
  }

  private Optional<Command> adopt(ClusterState state, Why why, long nowNs) {
    for (var entry : state.nodes().entrySet()) {
      NodeReport report = entry.getValue().report();
      if (report.condition() == Condition.PRIMARY
          && outlook.agentLives(state, entry.getKey(), nowNs)) {
        return Optional.of(
            new Command.Adopt(
                entry.getKey(), state.epoch(), report.timeline(), report.received(), why));
      }
    }
    return Optional.empty();
  }

  private Command failover(ClusterState state, Why why) {
    int from = state.primaryNumber();
    Operation operation =
        Operation.beginning(nextId(), Kind.FAILOVER, from, -1, -1, Operation.AUTOMATIC, why.text());
    return new Command.Start(operation, state.epoch(), why);
  }

  String nextId() {
    operations++;
    return "%s-%d-%d".formatted(settings.self(), settings.run(), operations);
  }

  private Command advance(ClusterState state, Phase next, long extraMs, Why why, long nowNs) {
    Operation operation = state.operation().orElseThrow();
    boolean fenced = operation.id().equals(fencedOperation);
    Proof proof = watch.proof(state, extraMs, fenced, nowNs);
    return new Command.Advance(operation.id(), operation.phase(), next, proof, why);
  }

  private Command commit(ClusterState state, Choice choice, Why why, long nowNs) {
    Operation operation = state.operation().orElseThrow();
    Why proven =
        new Why(why.atEpochMs(), why.actor(), why.row(), why.text() + "; " + choice.proof());
    return new Command.Commit(
        operation.id(),
        choice.node(),
        choice.at(),
        state.epoch(),
        firstSync(state, operation, choice.node(), nowNs),
        watch.proof(state, settings.timing().stopMarginMs(), false, nowNs),
        proven);
  }

  /// What the new primary waits for from its first write on: those that stand ready.
  private SyncSet firstSync(
      ClusterState state, Operation operation, BackendId candidate, long nowNs) {
    return SyncTargets.target(
        state,
        candidate,
        node -> {
          NodeState standby = state.nodes().get(node);
          return standby != null
              && node.value() != operation.from()
              && standby.report().condition() == Condition.RECEIVER_STOPPED
              && outlook.agentLives(state, node, nowNs);
        });
  }

  private static Command end(ClusterState state, boolean done, Why why) {
    Operation operation = state.operation().orElseThrow();
    return new Command.End(operation.id(), operation.phase(), done, why);
  }

  private void fence(Operation operation, Outbox out) {
    BackendId victim = new BackendId(operation.from());
    fenceId = out.nextNumber();
    fencing = Optional.of(operation);
    out.add(new Effect.Act(victim, fenceId, new NodeAction.Fence(victim)));
  }
}

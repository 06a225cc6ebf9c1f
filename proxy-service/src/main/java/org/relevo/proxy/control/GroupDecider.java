package org.relevo.proxy.control;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.Command.Why;
import org.relevo.proxy.cluster.Group;
import org.relevo.proxy.cluster.GroupCommand;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.Operation;

/// Who gets the service address and other groups of resources, while this member leads:
///
/// | row | when | then |
/// |---|---|---|
/// | G-001 | a holder's lease is over | another that can have it gets it |
/// | G-002 | nobody has it, and all services can or 2 s passed | the preferred one gets it |
/// | G-003 | the preferred one wants it back, and could for 10 s | it is asked for |
///
/// One proposal at a time. Owner: [MemberLogic].
final class GroupDecider {
  /// At the start the preferred member is waited for this long.
  private static final long GATHER_MS = 2000;

  /// A member that comes back must be there this long before it takes anything from another.
  private static final long STABLE_MS = 10_000;

  /// Nothing is known of a proposal for this long: it is made again.
  private static final long AGAIN_MS = 1000;

  private final LeaseWatch watch;
  private final Since since = new Since();
  private boolean leading;
  private boolean waiting;
  private long number;
  private long proposedNs;

  GroupDecider(LeaseWatch watch) {
    this.watch = watch;
  }

  void leads(boolean now) {
    if (leading != now) {
      since.clear();
      waiting = false;
    }
    leading = now;
  }

  void answered(long answered) {
    if (answered == number) {
      waiting = false;
    }
  }

  void decide(ClusterState state, Outbox out, long wallMs, long nowNs) {
    if (!leading || !state.founded() || state.service().offers().isEmpty()) {
      return;
    }
    if (waiting && nowNs - proposedNs < Timing.ns(AGAIN_MS)) {
      return;
    }
    waiting = false;
    TreeSet<String> names = new TreeSet<>();
    state.service().offers().values().forEach(offer -> names.addAll(offer.keySet()));
    for (String name : names) {
      Optional<GroupCommand> next = next(state, name, wallMs, nowNs);
      if (next.isPresent()) {
        number = out.propose(new Command.OfGroup(next.get()));
        waiting = true;
        proposedNs = nowNs;
        return;
      }
    }
  }

  private Optional<GroupCommand> next(ClusterState state, String name, long wallMs, long nowNs) {
    Group group = state.service().group(name);
    Optional<MemberId> best = best(state, name, group, nowNs);
    boolean gathered = gathered(state, name, group, nowNs);
    boolean stable = wantedBack(state, name, group, best, nowNs);
    if (best.isEmpty() || group.heldBy(best.get())) {
      return Optional.empty();
    }
    MemberId to = best.get();
    if (group.holder().isPresent()) {
      MemberId holder = group.holder().get();
      if (watch.over(holder, 0, nowNs)) {
        Why why =
            new Why(wallMs, Operation.AUTOMATIC, "G-001", "the lease of " + holder + " is over");
        Proof proof = watch.proof(state, 0, false, nowNs);
        return Optional.of(new GroupCommand.Grant(name, group.number() + 1, to, proof, why));
      }
      return stable
          ? Optional.of(
              new GroupCommand.Ask(
                  name,
                  group.number(),
                  to,
                  new Why(wallMs, Operation.AUTOMATIC, "G-003", to + " is preferred")))
          : Optional.empty();
    }
    Why why = new Why(wallMs, Operation.AUTOMATIC, "G-002", "nobody had it");
    return gathered
        ? Optional.of(new GroupCommand.Grant(name, group.number() + 1, to, Proof.NONE, why))
        : Optional.empty();
  }

  private boolean gathered(ClusterState state, String name, Group group, long nowNs) {
    boolean all =
        state.members().values().stream()
            .filter(member -> member.kind() == Member.Kind.SERVICE)
            .allMatch(member -> state.service().offered(member.id(), name));
    // Only the first time: later a holder has let go, and every moment counts.
    boolean waits = group.holder().isEmpty() && group.number() == 0 && !all;
    long heldNs = since.heldNs("gather " + name, waits, nowNs);
    return !waits || heldNs >= Timing.ns(GATHER_MS);
  }

  private boolean wantedBack(
      ClusterState state, String name, Group group, Optional<MemberId> best, long nowNs) {
    boolean wants =
        group.holder().isPresent()
            && group.next().isEmpty()
            && best.isPresent()
            && !group.heldBy(best.get())
            && rank(state, name, best.get()) == GroupCommand.WANTS_BACK;
    return since.heldFor("back " + name, wants, STABLE_MS, nowNs);
  }

  /// Of those that live and can have it: the preferred, else the one beside the primary, else who
  /// has it, else the first by name.
  private Optional<MemberId> best(ClusterState state, String name, Group group, long nowNs) {
    return state.members().keySet().stream()
        .filter(member -> state.service().offered(member, name))
        .filter(member -> watch.alive(member, nowNs))
        .max(
            Comparator.<MemberId>comparingInt(member -> rank(state, name, member))
                .thenComparing(member -> besidePrimary(state, member))
                .thenComparing(group::heldBy)
                .thenComparing(Comparator.reverseOrder()));
  }

  private static int rank(ClusterState state, String name, MemberId member) {
    return state.service().rank(member, name);
  }

  private static boolean besidePrimary(ClusterState state, MemberId member) {
    return state
        .primary()
        .flatMap(primary -> state.agentOf(primary.node()))
        .filter(member::equals)
        .isPresent();
  }
}

package org.relevo.proxy.control;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.control.Freshness.Candidates;
import org.relevo.proxy.control.Situation.Finding;
import org.relevo.proxy.control.Situation.Fresh;
import org.relevo.proxy.control.Situation.Health;
import org.relevo.proxy.control.Situation.Idle;
import org.relevo.proxy.control.Situation.Next;
import org.relevo.proxy.control.Situation.Running;
import org.relevo.proxy.control.Situation.SyncWork;

/// What a leader decides: numbered rows, the first that fits counts, one always does. Told by the
/// page `failover-table.md`, which is made from it.
final class Rules {
  /// What is proposed, or NOTHING.
  enum Decision {
    NOTHING,
    /// Nothing can be done by rule; the text says what a person must do.
    TELL,
    FOUND,
    ADOPT,
    START_FAILOVER,
    ASK_SYNC,
    SETTLE_SYNC,
    CALM,
    TO_HOLD,
    TO_DEMOTE,
    TO_COLLECT,
    TO_RESTORE,
    FENCE,
    COMMIT,
    COMMIT_NEXT,
    PUT_BACK,
    DONE
  }

  private Rules() {}

  static Row<?, Decision> decide(Situation situation) {
    return switch (situation) {
      case Idle idle -> Row.first(IDLE, idle);
      case Running running -> Row.first(RUNNING, running);
    };
  }

  static final List<Row<Idle, Decision>> IDLE =
      List.of(
          idle(
              "F-001",
              "NOT_FOUNDED",
              s -> s.health() == Health.NOT_FOUNDED,
              Decision.FOUND,
              "the configuration of the first leader counts"),
          idle(
              "F-010",
              "NO_PRIMARY, one server is a primary and all agents have reported",
              s -> s.health() == Health.NO_PRIMARY && s.finding() == Finding.ONE,
              Decision.ADOPT,
              "it is taken as it is"),
          idle(
              "F-011",
              "NO_PRIMARY, several are",
              s -> s.health() == Health.NO_PRIMARY && s.finding() == Finding.MANY,
              Decision.TELL,
              "two primaries: a person must stop the wrong one"),
          idle(
              "F-012",
              "NO_PRIMARY, none is, or not all agents have reported",
              s -> s.health() == Health.NO_PRIMARY,
              Decision.NOTHING,
              "waits for a primary to be found; with none, a person names it by a failover"),
          idle(
              "F-020",
              "lost, paused",
              s -> s.health().lost() && s.paused(),
              Decision.TELL,
              "maintenance: nothing is done by itself"),
          idle(
              "F-021",
              "lost, DISALLOW_TO_FAILOVER",
              s -> s.health().lost() && !s.mayFailOver(),
              Decision.TELL,
              "no failover from this server; its agent starts it again"),
          idle(
              "F-022",
              "lost, no candidate",
              s -> s.health().lost() && s.candidates() == Candidates.NONE,
              Decision.TELL,
              "no standby can be promoted; the primary's agent starts it again in place"),
          idle(
              "F-023",
              "lost, freshness cannot be proven",
              s -> s.health().lost() && s.candidates() == Candidates.UNPROVABLE,
              Decision.TELL,
              "the primary or a standby must come back, or a person allows a loss"),
          idle(
              "F-024",
              "lost, a failover not long ago",
              s -> s.health().lost() && !s.calm(),
              Decision.TELL,
              "no failover back and forth: waits"),
          idle(
              "F-025",
              "lost, kept on through maintenance, its agent is silent, no fence agent",
              s -> s.health().lost() && s.loose(),
              Decision.TELL,
              "it may still run: its service must come back, or a person must fence it"),
          idle(
              "F-030",
              "CRASHED",
              s -> s.health() == Health.CRASHED,
              Decision.START_FAILOVER,
              "its agent says that the server is down"),
          idle(
              "F-031",
              "DEAD",
              s -> s.health() == Health.DEAD,
              Decision.START_FAILOVER,
              "a majority of those that observe sees it down, and its agent is silent"),
          idle(
              "F-032",
              "UNSEEN",
              s -> s.health() == Health.UNSEEN,
              Decision.START_FAILOVER,
              "a majority of those that observe sees it down"),
          idle(
              "F-040",
              "SILENT",
              s -> s.health() == Health.SILENT,
              Decision.TELL,
              "only its agent is silent: the server answers others, nobody is promoted"),
          idle(
              "F-041",
              "RESTING",
              s -> s.health() == Health.RESTING,
              Decision.NOTHING,
              "its agent starts it as the primary again"),
          idle(
              "F-042",
              "BY_HAND",
              s -> s.health() == Health.BY_HAND,
              Decision.TELL,
              "a person stopped it; waits for the person"),
          idle(
              "F-050",
              "other standbys are to be waited for",
              s -> s.sync() == SyncWork.ASK,
              Decision.ASK_SYNC,
              "standbys that commits wait for change in an order that keeps R + W > N"),
          idle(
              "F-051",
              "the primary uses what it was asked",
              s -> s.sync() == SyncWork.SETTLE,
              Decision.SETTLE_SYNC,
              "freshness can be proven by these alone"),
          idle(
              "F-052",
              "MINORITY",
              s -> s.health() == Health.MINORITY,
              Decision.NOTHING,
              "some do not see it: they do without it, no failover"),
          idle(
              "F-053",
              "WELL, calm for long",
              s -> s.calmDue(),
              Decision.CALM,
              "the next failover need not wait"),
          idle("F-059", "WELL", s -> true, Decision.NOTHING, "all is well"));

  static final List<Row<Running, Decision>> RUNNING =
      List.of(
          new Row<>(
              "F-090",
              "CHECKPOINT or HOLD: switchover, its target cannot take over any more",
              s ->
                  s.kind() == Kind.SWITCHOVER
                      && (s.phase() == Phase.CHECKPOINT || s.phase() == Phase.HOLD)
                      && s.unfit(),
              Decision.PUT_BACK,
              "it is silent, stopped, paused or copied from by now; nothing was stopped yet"),
          at(
              "F-100",
              Phase.CHECKPOINT,
              "lost",
              s -> s.lost(),
              Decision.PUT_BACK,
              "the primary is lost: a failover instead"),
          at(
              "F-101",
              Phase.CHECKPOINT,
              "written",
              s -> s.ready(),
              Decision.TO_HOLD,
              "its stop will be short"),
          at(
              "F-102",
              Phase.CHECKPOINT,
              "late",
              s -> s.late(),
              Decision.PUT_BACK,
              "no checkpoint in time"),
          at("F-103", Phase.CHECKPOINT, "", s -> true, Decision.NOTHING, "checkpoint runs"),
          at(
              "F-110",
              Phase.HOLD,
              "switchover, lost",
              s -> s.kind() == Kind.SWITCHOVER && s.lost(),
              Decision.PUT_BACK,
              "the primary is lost: a failover instead"),
          at(
              "F-111",
              Phase.HOLD,
              "automatic failover, not lost",
              s -> s.kind() == Kind.FAILOVER && s.automatic() && !s.lost(),
              Decision.PUT_BACK,
              "the primary is back"),
          at(
              "F-112",
              Phase.HOLD,
              "all hold, or their leases are over",
              s -> s.ready(),
              Decision.TO_DEMOTE,
              "nobody's clients can reach the old primary any more"),
          at(
              "F-113",
              Phase.HOLD,
              "switchover, late",
              s -> s.kind() == Kind.SWITCHOVER && s.late(),
              Decision.PUT_BACK,
              "transactions did not end in time"),
          at(
              "F-114",
              Phase.HOLD,
              "",
              s -> true,
              Decision.NOTHING,
              "waits until every member holds its clients or its lease is over"),
          at(
              "F-118",
              Phase.DEMOTE,
              "stopped, and a candidate that stood still meanwhile is proven fresh",
              s -> s.ready() && s.fresh() == Fresh.PROVEN,
              Decision.COMMIT,
              "point of no return"),
          at(
              "F-119",
              Phase.DEMOTE,
              "stopped a moment ago, standbys are still to tell that they have seen it",
              s -> s.ready() && s.fresh() == Fresh.WAITING,
              Decision.NOTHING,
              "they stand still without being asked"),
          at(
              "F-120",
              Phase.DEMOTE,
              "stopped, or its agent's lease and the stop margin are over, or fenced",
              s -> s.ready(),
              Decision.TO_COLLECT,
              "the old primary takes no writes"),
          at(
              "F-121",
              Phase.DEMOTE,
              "switchover, late, agent lives",
              s -> s.kind() == Kind.SWITCHOVER && s.late() && s.back(),
              Decision.TO_RESTORE,
              "the old primary did not stop in time"),
          at(
              "F-122",
              Phase.DEMOTE,
              "late, a fence agent is there",
              s -> s.late() && s.fences(),
              Decision.FENCE,
              "the old primary does not stop"),
          at(
              "F-123",
              Phase.DEMOTE,
              "late",
              s -> s.late(),
              Decision.TELL,
              "the old primary does not stop: a person must stop or fence it"),
          at(
              "F-124",
              Phase.DEMOTE,
              "",
              s -> true,
              Decision.NOTHING,
              "waits until the old primary surely takes no writes"),
          at(
              "F-130",
              Phase.COLLECT,
              "a candidate is proven fresh",
              s -> s.fresh() == Fresh.PROVEN,
              Decision.COMMIT,
              "point of no return"),
          at(
              "F-131",
              Phase.COLLECT,
              "standbys still have to report",
              s -> s.fresh() == Fresh.WAITING,
              Decision.NOTHING,
              "waits for their positions"),
          at(
              "F-132",
              Phase.COLLECT,
              "nobody is proven fresh, the old primary's agent lives",
              s -> s.back(),
              Decision.TO_RESTORE,
              "nothing acknowledged may be lost: the old primary is started again"),
          at(
              "F-133",
              Phase.COLLECT,
              "nobody is proven fresh",
              s -> true,
              Decision.TELL,
              "the primary or more standbys must come back, or a person allows a loss"),
          at(
              "F-140",
              Phase.RESTORE,
              "the old primary runs",
              s -> s.ready(),
              Decision.PUT_BACK,
              "all is as before"),
          at(
              "F-141",
              Phase.RESTORE,
              "late",
              s -> s.late(),
              Decision.PUT_BACK,
              "the old primary did not come back in time; a failover may follow"),
          at(
              "F-142",
              Phase.RESTORE,
              "",
              s -> true,
              Decision.NOTHING,
              "the old primary is starting"),
          at(
              "F-151",
              Phase.PROMOTE,
              "the candidate is surely not promoted, another is proven fresh, or it can try again",
              s -> s.next() == Next.ANOTHER,
              Decision.COMMIT_NEXT,
              "next candidate"),
          at(
              "F-152",
              Phase.PROMOTE,
              "the candidate is surely not promoted",
              s -> s.next() == Next.GIVEN_UP,
              Decision.TELL,
              "no other is proven fresh: the candidate or another standby must come back"),
          at(
              "F-153",
              Phase.PROMOTE,
              "",
              s -> true,
              Decision.NOTHING,
              "its agent promotes it, and tries again; its word that it is a primary opens"),
          at("F-160", Phase.OPEN, "", s -> true, Decision.DONE, "the others follow it"));

  /// Both tables in order.
  static List<Row<?, Decision>> all() {
    List<Row<?, Decision>> rows = new ArrayList<>(IDLE);
    rows.addAll(RUNNING);
    return rows;
  }

  private static Row<Idle, Decision> idle(
      String id, String when, Predicate<Idle> test, Decision then, String why) {
    return new Row<>(id, when, test, then, why);
  }

  private static Row<Running, Decision> at(
      String id, Phase phase, String when, Predicate<Running> test, Decision then, String why) {
    String words = when.isEmpty() ? phase.name() : phase + ": " + when;
    return new Row<>(id, words, s -> s.phase() == phase && test.test(s), then, why);
  }
}

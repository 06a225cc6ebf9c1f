package org.relevo.proxy.control;

import java.util.List;
import java.util.function.Predicate;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.control.ServerCase.Part;
import org.relevo.proxy.control.ServerCase.Permit;

/// What an agent does with its own server: numbered rows, the first that fits counts, one always
/// does.
final class AgentRules {
  /// What is to be done.
  enum Task {
    NOTHING,
    CHECKPOINT,
    /// At once, as the lease is over.
    STOP_NOW,
    /// For the operation, whose number is told back.
    STOP_FOR_GATE,
    /// A primary that is none.
    STOP_FALSE,
    STOP_RECEIVER,
    /// The same, once the primary's stop has ended it.
    STOP_RECEIVER_LAST,
    PROMOTE,
    REFUSE,
    RESTART,
    SET_SYNC,
    FOLLOW
  }

  private AgentRules() {}

  static final List<Row<ServerCase, Task>> ROWS =
      List.of(
          row(
              "A-010",
              "goal DETACHED or MAINTENANCE",
              c -> c.goal() == Goal.DETACHED || c.goal() == Goal.MAINTENANCE,
              Task.NOTHING,
              "kept by hand"),
          row(
              "A-015",
              "lease OVER, kept on through maintenance",
              c -> c.permit() == Permit.OVER && c.kept() && !c.rising(),
              Task.NOTHING,
              "nobody is promoted before its agent has said that it stands or is guarded again"),
          row(
              "A-020",
              "lease OVER; PRIMARY, or being started or promoted as one",
              c -> c.permit() == Permit.OVER && (is(c, Condition.PRIMARY) || c.rising()),
              Task.STOP_NOW,
              "another may be promoted soon"),
          row(
              "A-021",
              "lease OVER or NEVER",
              c -> c.permit() != Permit.VALID,
              Task.NOTHING,
              "what is known here may be old"),
          row("A-030", "UNKNOWN", c -> is(c, Condition.UNKNOWN), Task.NOTHING, "not looked at yet"),
          row(
              "A-095",
              "SAVES or LEADS; PRIMARY, being started or promoted as one",
              c ->
                  (part(c, Part.SAVES) || part(c, Part.LEADS))
                      && is(c, Condition.PRIMARY)
                      && c.rising(),
              Task.NOTHING,
              "what begins it ends first: broken off, it would be stopped again"),
          row(
              "A-100",
              "SAVES, PRIMARY, not done",
              c -> part(c, Part.SAVES) && is(c, Condition.PRIMARY) && !c.done(),
              Task.CHECKPOINT,
              "so that the stop is short"),
          row(
              "A-101",
              "SAVES, WAITS",
              c -> part(c, Part.SAVES) || part(c, Part.WAITS),
              Task.NOTHING,
              "clients go on or come to rest"),
          row(
              "A-120",
              "YIELDS, STOPPED, done",
              c -> part(c, Part.YIELDS) && is(c, Condition.STOPPED) && c.done(),
              Task.NOTHING,
              "stopped, and said so"),
          row(
              "A-121",
              "YIELDS",
              c -> part(c, Part.YIELDS),
              Task.STOP_FOR_GATE,
              "whatever runs there must not take writes"),
          row(
              "A-130",
              "YIELDED, PRIMARY",
              c -> part(c, Part.YIELDED) && is(c, Condition.PRIMARY),
              Task.STOP_FOR_GATE,
              "it came back in the middle"),
          row(
              "A-131",
              "YIELDED",
              c -> part(c, Part.YIELDED),
              Task.NOTHING,
              "stays stopped until the new primary takes writes"),
          row(
              "A-140",
              "RETURNS; PRIMARY, BROKEN, DIVERGED or REBUILDING",
              c -> part(c, Part.RETURNS) && (is(c, Condition.PRIMARY) || unfit(c)),
              Task.NOTHING,
              "is back, or cannot be"),
          row(
              "A-141",
              "RETURNS",
              c -> part(c, Part.RETURNS),
              Task.RESTART,
              "the operation is put back"),
          row(
              "A-145",
              "LISTENS; STANDBY or RECEIVER_STOPPED, not done",
              c ->
                  part(c, Part.LISTENS)
                      && (is(c, Condition.STANDBY) || is(c, Condition.RECEIVER_STOPPED))
                      && !c.done(),
              Task.STOP_RECEIVER_LAST,
              "it has the last of the old primary's log as soon as that has stopped"),
          row(
              "A-150",
              "REPORTS, LISTENS or STANDS, PRIMARY",
              c ->
                  (part(c, Part.REPORTS) || part(c, Part.LISTENS) || part(c, Part.STANDS))
                      && is(c, Condition.PRIMARY),
              Task.STOP_FALSE,
              "false primary"),
          row(
              "A-151",
              "REPORTS, RECEIVER_STOPPED, done",
              c -> part(c, Part.REPORTS) && is(c, Condition.RECEIVER_STOPPED) && c.done(),
              Task.NOTHING,
              "stands still, and said so"),
          row(
              "A-152",
              "REPORTS; BROKEN, DIVERGED, REBUILDING or stopped by hand",
              c -> part(c, Part.REPORTS) && (unfit(c) || handStopped(c)),
              Task.NOTHING,
              "no candidate"),
          row(
              "A-153",
              "REPORTS",
              c -> part(c, Part.REPORTS),
              Task.STOP_RECEIVER,
              "its position must stand still to prove anything"),
          row(
              "A-160",
              "RISES, PRIMARY or given up",
              c -> part(c, Part.RISES) && (is(c, Condition.PRIMARY) || c.refused()),
              Task.NOTHING,
              "promoted, or the next candidate's turn"),
          row(
              "A-161",
              "RISES; BROKEN, DIVERGED or REBUILDING",
              c -> part(c, Part.RISES) && unfit(c),
              Task.REFUSE,
              "cannot be promoted any more"),
          row(
              "A-162",
              "RISES",
              c -> part(c, Part.RISES),
              Task.PROMOTE,
              "the state says it is the primary"),
          row(
              "A-170",
              "STANDS, LISTENS",
              c -> part(c, Part.STANDS) || part(c, Part.LISTENS),
              Task.NOTHING,
              "another server's turn"),
          row("A-180", "NONE", c -> part(c, Part.NONE), Task.NOTHING, "nobody is the primary yet"),
          row(
              "A-200",
              "LEADS, PRIMARY, not done",
              c -> part(c, Part.LEADS) && is(c, Condition.PRIMARY) && !c.done(),
              Task.SET_SYNC,
              "which standbys commits wait for has changed"),
          row(
              "A-201",
              "LEADS, PRIMARY",
              c -> part(c, Part.LEADS) && is(c, Condition.PRIMARY),
              Task.NOTHING,
              "all is well"),
          row(
              "A-202",
              "LEADS; paused, stopped by hand, BROKEN, DIVERGED or REBUILDING",
              c -> part(c, Part.LEADS) && (c.paused() || handStopped(c) || unfit(c)),
              Task.NOTHING,
              "a person's turn, or a failover's"),
          row(
              "A-203",
              "LEADS, not patient",
              c -> part(c, Part.LEADS) && !c.patient(),
              Task.NOTHING,
              "a failover may be quicker"),
          row(
              "A-204",
              "LEADS",
              c -> part(c, Part.LEADS),
              Task.RESTART,
              "still the primary: started in place"),
          row(
              "A-220",
              "FOLLOWS, PRIMARY",
              c -> part(c, Part.FOLLOWS) && is(c, Condition.PRIMARY),
              Task.STOP_FALSE,
              "false primary"),
          row(
              "A-221",
              "FOLLOWS; paused, stopped by hand or BROKEN",
              c ->
                  part(c, Part.FOLLOWS)
                      && (c.paused() || handStopped(c) || is(c, Condition.BROKEN)),
              Task.NOTHING,
              "a person's turn"),
          row(
              "A-222",
              "FOLLOWS, STANDBY, done",
              c -> part(c, Part.FOLLOWS) && is(c, Condition.STANDBY) && c.done(),
              Task.NOTHING,
              "all is well"),
          row(
              "A-223",
              "FOLLOWS",
              c -> part(c, Part.FOLLOWS),
              Task.FOLLOW,
              "starts, turns to the primary, rewinds or clones as needed"));

  static Row<ServerCase, Task> decide(ServerCase server) {
    return Row.first(ROWS, server);
  }

  private static Row<ServerCase, Task> row(
      String id, String when, Predicate<ServerCase> test, Task then, String why) {
    return new Row<>(id, when, test, then, why);
  }

  private static boolean is(ServerCase server, Condition condition) {
    return server.condition() == condition;
  }

  private static boolean part(ServerCase server, Part part) {
    return server.part() == part;
  }

  private static boolean handStopped(ServerCase server) {
    return server.byHand() && is(server, Condition.STOPPED);
  }

  private static boolean unfit(ServerCase server) {
    return switch (server.condition()) {
      case BROKEN, DIVERGED, REBUILDING -> true;
      case UNKNOWN, PRIMARY, STANDBY, RECEIVER_STOPPED, STOPPED -> false;
    };
  }
}

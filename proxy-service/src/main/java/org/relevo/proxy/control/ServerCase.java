package org.relevo.proxy.control;

import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;

/// What an agent sees when it asks [AgentRules] what to do with one of its servers.
///
/// @param permit the member's own lease: while it is valid, what it knows is fresh
/// @param done whether what the part asks for has been reached (see [Part])
/// @param byHand a person stopped it
/// @param patient whether it has been left long enough to others
/// @param refused whether this promotion was given up
/// @param rising whether an action that makes it a primary is under way
/// @param kept whether its guard was told to let it run on, and not yet the contrary
record ServerCase(
    Condition condition,
    Goal goal,
    Part part,
    Permit permit,
    boolean paused,
    boolean done,
    boolean byHand,
    boolean patient,
    boolean refused,
    boolean rising,
    boolean kept) {
  /// The member's own lease.
  enum Permit {
    VALID,
    OVER,
    /// This process never had one: the server's guard still counts from the end of the one before.
    NEVER
  }

  /// What the state wants of the server now; in brackets what "done" means.
  enum Part {
    /// No primary is known.
    NONE,
    /// It is the primary, and no operation wants otherwise (waits for the standbys as asked).
    LEADS,
    /// Old primary in CHECKPOINT (written).
    SAVES,
    /// Old primary in HOLD.
    WAITS,
    /// Old primary in DEMOTE (stopped for this operation).
    YIELDS,
    /// Old primary in COLLECT and PROMOTE.
    YIELDED,
    /// Old primary in RESTORE.
    RETURNS,
    /// Another server in CHECKPOINT, HOLD and PROMOTE.
    STANDS,
    /// Another server in DEMOTE (receives nothing, for this operation).
    LISTENS,
    /// Another server in COLLECT (receives nothing, for this operation).
    REPORTS,
    /// The candidate in PROMOTE.
    RISES,
    /// Another server otherwise (follows the primary on its timeline).
    FOLLOWS
  }
}

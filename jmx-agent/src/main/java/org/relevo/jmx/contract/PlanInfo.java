package org.relevo.jmx.contract;

/// The plan of a statement that a session runs or ran last, made anew by EXPLAIN without running
/// it. Parameters of a prepared statement are not known: its generic plan is shown.
///
/// @param plan as EXPLAIN writes it
/// @param problem why there is no plan, "" when there is one
public record PlanInfo(int pid, String database, String query, String plan, String problem) {}

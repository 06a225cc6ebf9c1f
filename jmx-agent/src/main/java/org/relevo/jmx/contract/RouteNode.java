package org.relevo.jmx.contract;

/// A node as balancing sees it.
///
/// @param replayedLsn "" for the primary, or while not known
/// @param lagBytes behind the primary, -1 when not known
/// @param lagMs the same as time, -1 when not known
/// @param busy statements that it runs for this service now
/// @param zone "" for none
public record RouteNode(
    int id,
    String name,
    boolean standby,
    double weight,
    String replayedLsn,
    long lagBytes,
    long lagMs,
    int busy,
    String zone) {}

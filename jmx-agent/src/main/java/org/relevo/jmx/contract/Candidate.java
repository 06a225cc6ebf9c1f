package org.relevo.jmx.contract;

/// A node that could become primary.
///
/// @param ready whether a switchover to it may start
/// @param verdict one sentence with numbers
public record Candidate(
    int nodeId, String name, boolean ready, String verdict, long replayLagBytes, long timeline) {}

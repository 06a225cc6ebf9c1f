package org.relevo.jmx.contract;

/// How sessions went on when a gate was opened.
///
/// @param moved sessions that are on the new primary now
/// @param ended sessions that got 57P01 because they could not be moved
public record GateRelease(int moved, int ended) {}

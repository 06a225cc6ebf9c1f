package org.relevo.jmx.contract;

/// How full the statistics of statements are.
///
/// @param entries kept now, over all event loops
/// @param capacity most that are kept; 0 when statements are not counted
/// @param droppedTotal entries dropped for others since start or reset, with what they had counted
public record StatementsStatus(int entries, int capacity, long droppedTotal) {}

package org.relevo.proxy.console;

/// @param total since start
/// @param average of the last period: counts and bytes by second, times by transaction, by
///   statement and by assignment
public record DatabaseStats(String database, StatTotals total, StatTotals average) {}

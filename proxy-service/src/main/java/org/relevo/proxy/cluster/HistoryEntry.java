package org.relevo.proxy.cluster;

/// What happened, for people: the audit trail that survives members.
///
/// @param epoch of the cluster afterwards
/// @param atEpochMs wall clock of the member that proposed it; for reading only, never compared
/// @param row rule, or "" for a person's word
public record HistoryEntry(long epoch, long atEpochMs, String actor, String row, String text) {}

package org.relevo.jmx.contract;

/// One line of the audit trail that all members keep.
///
/// @param epoch of the cluster afterwards
/// @param atEpochMs wall clock of the member that proposed it
/// @param actor who asked for it, `automatic` when nobody did
/// @param row number of the decision row, "" for a person's word
public record ControlEntry(long epoch, long atEpochMs, String actor, String row, String text) {}

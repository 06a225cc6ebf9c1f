package org.relevo.jmx.contract;

/// What came of a repair.
///
/// @param applied statements whose transaction was committed
/// @param heldMs how long new transactions waited
/// @param problem why not all was done, "" when it was
public record RepairReport(String planId, int applied, long heldMs, String problem) {}

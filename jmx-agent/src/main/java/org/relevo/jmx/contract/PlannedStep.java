package org.relevo.jmx.contract;

/// One step of a dry run.
///
/// @param name fixed, such as `promote`
/// @param nodeId -1 when it concerns this service only
/// @param action the exact SQL or shell command
/// @param undo what takes it back, "" when nothing can
public record PlannedStep(int number, String name, int nodeId, String action, String undo) {}

package org.relevo.jmx.contract;

/// Progress of one step.
///
/// @param startedAtEpochMs -1 before it starts
/// @param finishedAtEpochMs -1 before it ends
public record OperationStep(
    int number,
    String name,
    int nodeId,
    StepState state,
    String detail,
    long startedAtEpochMs,
    long finishedAtEpochMs) {}

package org.relevo.jmx.contract;

import java.util.List;

/// What the sampler of positions does.
///
/// @param primaryNodeId -1 when there is none
/// @param samplesTotal answers of all nodes since start
/// @param samplesPerSecond of all nodes together
/// @param failuresTotal connections that could not be opened or were lost
/// @param marksTotal acknowledged writes, and reads that must see everybody's writes
/// @param unsettledMarks of them, those whose position is not known yet
/// @param waitingReads reads that wait for a standby
public record PositionsStatus(
    int primaryNodeId,
    long samplesTotal,
    double samplesPerSecond,
    long failuresTotal,
    long marksTotal,
    long unsettledMarks,
    int waitingReads,
    List<SampledPosition> nodes) {}

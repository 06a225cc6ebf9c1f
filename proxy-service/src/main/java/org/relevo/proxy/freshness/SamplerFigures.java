package org.relevo.proxy.freshness;

/// What the sampler did, for people.
///
/// @param samples answers of all nodes since start
/// @param failures connections that could not be opened, or were lost
/// @param samplesPerSecond of all nodes together, over the last second or two
/// @param marks acknowledged writes and consistent reads that asked for a sample, since start
/// @param unsettledMarks of them, those whose sample has not ended
/// @param waitingReads reads that wait for a standby now
public record SamplerFigures(
    Positions positions,
    long samples,
    long failures,
    double samplesPerSecond,
    long marks,
    long unsettledMarks,
    int waitingReads) {}

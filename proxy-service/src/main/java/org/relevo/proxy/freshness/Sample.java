package org.relevo.proxy.freshness;

import org.relevo.proxy.core.Lsn;

/// What one node said of itself.
///
/// @param number of the sample, taken before the question was sent
/// @param recovery whether it is a standby
/// @param timeline that it writes, or the newest that it has received; -1 when it does not know
/// @param position where a primary inserts, what a standby has replayed; [Lsn#ZERO] for nothing yet
/// @param received of a standby; [Lsn#ZERO] for nothing
/// @param replayAgeMs of a standby: since the last replayed commit was made; -1 for none
/// @param endedAtNs when the answer arrived, [System#nanoTime]
record Sample(
    long number,
    boolean recovery,
    long timeline,
    Lsn position,
    Lsn received,
    long replayAgeMs,
    long endedAtNs) {}

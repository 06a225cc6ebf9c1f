package org.relevo.jmx.contract;

/// Position of one node.
///
/// @param sampled false when it is not known; then texts are empty and numbers -1
/// @param timeline that it writes, or the newest that it has received
/// @param position where a primary inserts, what a standby has replayed, as `16/B374D848`
/// @param receivedPosition of a standby
/// @param lagBytes behind the primary, 0 for the primary, -1 when not proven: nothing is read there
///   that must see a write
/// @param lagMs the same as time
/// @param ageMs since it was sampled
public record SampledPosition(
    int nodeId,
    boolean sampled,
    boolean standby,
    long timeline,
    String position,
    String receivedPosition,
    long lagBytes,
    long lagMs,
    long ageMs) {}

package org.relevo.proxy.pair;

/// How [PairLogic] decides.
///
/// @param fences whether there is a fence agent
/// @param resumes whether it was the sole voter already since the system was started
/// @param contested whether the claim on the disk met one that excludes it, or a newer one: only
///   the other itself, or a person who gives the other's data up, lets this machine begin
/// @param spreadMs random, so that two that lost each other do not fence in the same moment
record LogicSettings(
    PairTiming timing, boolean fences, boolean resumes, boolean contested, int spreadMs) {}

package org.relevo.jmx.contract;

/// One path of heartbeats between two machines.
///
/// @param name own end to the other's
/// @param heardMs since the last heartbeat of the other, -1 when there was none
/// @param received heartbeats of the other since the start
/// @param refused datagrams that were none of the other's: another key, path, sender, or an old one
/// @param trouble why nothing can be sent or received on it, "" when it can
public record PairPath(String name, long heardMs, long received, long refused, String trouble) {}

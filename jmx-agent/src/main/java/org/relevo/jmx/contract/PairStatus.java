package org.relevo.jmx.contract;

import java.util.List;

/// One machine of a pair, as it sees itself and the other.
///
/// @param member this machine
/// @param other the other machine
/// @param mode what this one does: `waiting`, `paired`, `lost`, `alone`, `joining`, `split` or
///   `retired`
/// @param generation grows whenever one of the two begins to decide alone
/// @param otherClaim what the other said last of its own state, "" before
/// @param heardMs since the other was heard on any path, -1 when it never was
/// @param fences whether there is a fence agent
/// @param seesNet whether this machine sees most of its ping nodes
/// @param vetoed whether it lets addresses go, as the other sees more of the network
/// @param trouble what a person must do, "" when nothing
public record PairStatus(
    String member,
    String other,
    String mode,
    long generation,
    String otherClaim,
    long heardMs,
    boolean fences,
    boolean seesNet,
    boolean vetoed,
    String trouble,
    List<PairPath> paths,
    List<PairPing> pingNodes) {
  public PairStatus {
    paths = List.copyOf(paths);
    pingNodes = List.copyOf(pingNodes);
  }
}

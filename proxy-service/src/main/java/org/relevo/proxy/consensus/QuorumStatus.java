package org.relevo.proxy.consensus;

import java.util.List;
import java.util.Optional;
import org.relevo.proxy.cluster.MemberId;

/// What a member knows of the quorum, for people.
///
/// @param phase what this member does
/// @param committed last index known to be with a majority, -1 for none
/// @param applied last index in this member's state, -1 for none
/// @param snapshot index of the newest snapshot, -1 for none
/// @param peers everybody who votes by the log, this member included
/// @param trouble one sentence when a person must look, "" otherwise
public record QuorumStatus(
    MemberId self,
    Phase phase,
    long term,
    Optional<MemberId> leader,
    long committed,
    long applied,
    long snapshot,
    List<Peer> peers,
    String trouble) {
  public QuorumStatus {
    peers = List.copyOf(peers);
  }

  /// What a member does.
  public enum Phase {
    /// Has no storage and looks for others: founds the cluster with them or joins theirs.
    LOOKING,
    /// Receives the state and is not counted yet.
    JOINING,
    /// Votes.
    MEMBER,
    /// Was taken out; its storage is not used any more.
    REMOVED,
    /// Stopped because its log cannot be written, read or understood.
    FAILED
  }

  /// One who votes.
  ///
  /// @param contactMs since it last answered (told by a leader) or led (told by a follower); -1
  ///   when this member does not know
  /// @param committed last index that it is known to have as committed, -1 when this member does
  ///   not know
  public record Peer(MemberId id, String address, long contactMs, long committed) {}
}

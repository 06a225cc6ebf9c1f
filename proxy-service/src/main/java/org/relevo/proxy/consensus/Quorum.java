package org.relevo.proxy.consensus;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.relevo.proxy.cluster.MemberId;

/// A log that several members keep, with what operators do to it. Thread-safe; nothing here blocks.
public interface Quorum extends ClusterLog {
  QuorumStatus status();

  /// Makes these the voters, all others stop being such. New ones must run already, without
  /// storage; they catch up before they count.
  ///
  /// @return completes when a majority of the old and of the new members has it; exceptionally
  ///   ([java.util.concurrent.TimeoutException], [java.io.IOException]) otherwise
  CompletionStage<Void> changeMembers(List<QuorumMember> members);

  /// Lets another member lead, without waiting for an election's silence.
  CompletionStage<Void> transferLeadership(MemberId to);

  /// Stops leading; whoever is elected next leads, perhaps this member again after a while.
  CompletionStage<Void> stepDown();
}

package org.relevo.proxy.mbean;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Lease;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.QuorumStatus;

/// Who should lead when the leader is asked to step down and nobody is named.
final class NextLeader {
  private NextLeader() {}

  /// One that lives, then one with servers, then a service, then the one with most of the log.
  static Optional<MemberId> of(ClusterState state, MemberId leader, QuorumStatus status) {
    Map<MemberId, Long> committed =
        status.peers().stream()
            .collect(
                Collectors.toMap(
                    QuorumStatus.Peer::id, QuorumStatus.Peer::committed, (first, _) -> first));
    return state.members().values().stream()
        .filter(each -> !each.id().equals(leader))
        .max(
            Comparator.<Member, Boolean>comparing(each -> lives(state, each.id()))
                .thenComparing(each -> !each.agentOf().isEmpty())
                .thenComparing(each -> each.kind() == Member.Kind.SERVICE)
                .thenComparingLong(each -> committed.getOrDefault(each.id(), -1L)))
        .map(Member::id);
  }

  private static boolean lives(ClusterState state, MemberId id) {
    Lease lease = state.leases().get(id);
    return lease != null && lease.lengthMs() > 0;
  }
}

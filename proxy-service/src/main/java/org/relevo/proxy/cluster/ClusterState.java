package org.relevo.proxy.cluster;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.relevo.proxy.core.BackendId;

/// All that members agree on. Wall clocks and connections are not in it.
///
/// @param systemIdentifier of the database cluster; "" until it is founded
/// @param epoch grows by one whenever writes may go elsewhere than before
/// @param lastGateEpoch newest number given to an operation's gate
/// @param lastTimeline greatest number of a timeline that was reported or given out
/// @param leases by member; those of members taken out stay until they are over
/// @param sync what is wanted; what counts is [#standing]
/// @param paused whether nothing is done automatically (maintenance mode)
/// @param history newest last, at most 200
/// @param failoversSinceCalm automatic failovers since the cluster was last calm, for anti-flap
/// @param service who has the service address and other resources
public record ClusterState(
    String systemIdentifier,
    long epoch,
    long lastGateEpoch,
    long lastTimeline,
    SortedMap<MemberId, Member> members,
    SortedMap<BackendId, NodeState> nodes,
    SortedMap<MemberId, Lease> leases,
    Optional<Primary> primary,
    SyncRule sync,
    SyncStanding standing,
    boolean paused,
    Optional<Operation> operation,
    List<HistoryEntry> history,
    int failoversSinceCalm,
    ServiceState service) {
  public static final int MOST_HISTORY = 200;
  public static final int MOST_MEMBERS = 7;

  public ClusterState {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    leases = Collections.unmodifiableSortedMap(new TreeMap<>(leases));
    history = List.copyOf(history);
  }

  /// Whether [Command.Found] took effect.
  public boolean founded() {
    return !members.isEmpty();
  }

  /// What is known of the primary's server.
  public Optional<NodeState> primaryState() {
    return primary.map(now -> nodes.get(now.node()));
  }

  /// Number of the primary's node, -1 for none.
  public int primaryNumber() {
    return primary.map(now -> now.node().value()).orElse(-1);
  }

  /// The member whose agent starts, stops and promotes this server.
  public Optional<MemberId> agentOf(BackendId node) {
    return members.values().stream()
        .filter(member -> member.agentOf().contains(node))
        .map(Member::id)
        .findFirst();
  }
}

package org.relevo.proxy.config;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.core.BackendId;

/// How the cluster is controlled.
///
/// @param self this service, by its name in the quorum, or any when it is alone
/// @param lease how long a member may let clients write without a majority
/// @param intervals between automatic failovers
/// @param agents on which member's machine each server is; others are nobody's
/// @param priorities higher is promoted first among equal positions; 0 never
/// @param resources what one member at a time has
public record ClusterSettings(
    MemberId self,
    Duration lease,
    FailoverIntervals intervals,
    SyncRule sync,
    SortedMap<BackendId, MemberId> agents,
    Map<BackendId, Integer> priorities,
    ResourceSettings resources) {
  public ClusterSettings {
    agents = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(agents));
    priorities = Map.copyOf(priorities);
  }

  /// Whether this service starts, stops and promotes the server.
  public boolean own(BackendId node) {
    return self.equals(agents.get(node));
  }
}

package org.relevo.proxy.cluster;

import java.util.SortedSet;
import org.relevo.proxy.core.BackendId;

/// A member as configured.
///
/// @param agentOf servers that this member starts, stops and promotes: their data directories are
///   on its machine; empty for a witness
public record Member(MemberId id, Kind kind, String host, int port, SortedSet<BackendId> agentOf) {
  public Member {
    agentOf = java.util.Collections.unmodifiableSortedSet(new java.util.TreeSet<>(agentOf));
  }

  /// What a member does beside voting.
  public enum Kind {
    /// Serves clients and watches servers.
    SERVICE,
    /// Votes only; may still lead, and decide.
    WITNESS
  }
}

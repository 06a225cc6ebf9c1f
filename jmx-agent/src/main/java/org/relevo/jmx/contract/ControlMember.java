package org.relevo.jmx.contract;

import java.util.List;

/// A member of the quorum.
///
/// @param kind `service`, or `witness` when it only votes
/// @param agentOf servers that it starts, stops and promotes
/// @param holdsLease whether its last word was that it lets clients write
/// @param contactMs since it was last heard by this member; -1 when this member does not know
public record ControlMember(
    String name,
    String kind,
    String address,
    boolean self,
    boolean leads,
    List<Integer> agentOf,
    boolean holdsLease,
    long contactMs) {
  public ControlMember {
    agentOf = List.copyOf(agentOf);
  }
}

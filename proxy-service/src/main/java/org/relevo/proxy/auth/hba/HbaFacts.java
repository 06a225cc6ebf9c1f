package org.relevo.proxy.auth.hba;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What was found out about a client; each only when a rule asks for it.
///
/// @param known what was found out already
/// @param memberships roles that the user is a member of, itself included
/// @param hostName the client's name, if looking that up leads back to its address
/// @param networks this machine's own
public record HbaFacts(
    Set<Need> known,
    Set<String> memberships,
    Optional<String> hostName,
    List<LocalNetwork> networks) {
  public static final HbaFacts NONE = new HbaFacts(Set.of(), Set.of(), Optional.empty(), List.of());

  /// What a rule can ask for.
  public enum Need {
    MEMBERSHIPS,
    HOST_NAME,
    NETWORKS
  }

  public HbaFacts {
    known = Set.copyOf(known);
    memberships = Set.copyOf(memberships);
    networks = List.copyOf(networks);
  }

  public HbaFacts withMemberships(Set<String> found) {
    return new HbaFacts(and(Need.MEMBERSHIPS), found, hostName, networks);
  }

  public HbaFacts withHostName(Optional<String> found) {
    return new HbaFacts(and(Need.HOST_NAME), memberships, found, networks);
  }

  public HbaFacts withNetworks(List<LocalNetwork> found) {
    return new HbaFacts(and(Need.NETWORKS), memberships, hostName, found);
  }

  private Set<Need> and(Need need) {
    EnumSet<Need> all = EnumSet.of(need);
    all.addAll(known);
    return all;
  }
}

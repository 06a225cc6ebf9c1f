package org.relevo.proxy.cluster;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who has which group of resources, and who could.
///
/// @param groups by name; those that nobody ever had are not in it
/// @param offers each member's last [GroupCommand.Offer]
/// @param clients the last [GroupCommand.Clients]
public record ServiceState(
    SortedMap<String, Group> groups,
    SortedMap<MemberId, SortedMap<String, Integer>> offers,
    List<String> clients) {
  public static final ServiceState NONE =
      new ServiceState(Collections.emptySortedMap(), Collections.emptySortedMap(), List.of());

  /// About a thousand clients.
  public static final int MOST_CLIENT_TEXTS = 25;

  public ServiceState {
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    offers = Collections.unmodifiableSortedMap(new TreeMap<>(offers));
    clients = List.copyOf(clients);
  }

  public Group group(String name) {
    return groups.getOrDefault(name, Group.NONE);
  }

  /// How much a member is to have a group, of those that [GroupCommand] names; [GroupCommand#CAN]
  /// also when it cannot.
  public int rank(MemberId member, String group) {
    SortedMap<String, Integer> offer = offers.get(member);
    return offer == null ? GroupCommand.CAN : offer.getOrDefault(group, GroupCommand.CAN);
  }

  /// Whether a member says that it can have a group.
  public boolean offered(MemberId member, String group) {
    SortedMap<String, Integer> offer = offers.get(member);
    return offer != null && offer.containsKey(group);
  }
}

package org.relevo.proxy.cluster;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.Command.Why;

/// What is proposed about groups of resources; see [Group].
public sealed interface GroupCommand {
  /// A member's word for which groups it can have at present.
  ///
  /// @param groups by name with [#CAN], [#PREFERRED] or [#WANTS_BACK]; empty withdraws all
  record Offer(MemberId member, SortedMap<String, Integer> groups) implements GroupCommand {
    public Offer {
      groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    }
  }

  /// Gives a group to a member: nobody has it, or the lease of who had it is over.
  ///
  /// @param number the one after the present
  /// @param proof names the lease that is over
  record Grant(String group, long number, MemberId to, Proof proof, Why why)
      implements GroupCommand {}

  /// Asks the holder to let it go for another.
  ///
  /// @param number the present one
  record Ask(String group, long number, MemberId to, Why why) implements GroupCommand {}

  /// The holder's word that it has nothing of the group any more.
  ///
  /// @param number the one under which it had it
  record Yield(String group, long number, MemberId holder, Why why) implements GroupCommand {}

  /// The clients of the service address, from its holder, so that the next one can have those reset
  /// that wait for an answer which nobody will give.
  ///
  /// @param clients `address|port>address|port` of client and service, some in each text, separated
  ///   by spaces
  record Clients(MemberId holder, List<String> clients) implements GroupCommand {
    public Clients {
      clients = List.copyOf(clients);
    }
  }

  /// Can have it.
  int CAN = 0;

  /// Is the one that gets it when nobody has it.
  int PREFERRED = 1;

  /// The same, and takes it back from another.
  int WANTS_BACK = 2;
}

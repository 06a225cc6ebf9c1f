package org.relevo.proxy.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What commands about groups of resources do.
final class GroupMachine {
  private static final int MOST_GROUPS = 32;

  private GroupMachine() {}

  static Applied apply(ClusterState state, GroupCommand command) {
    return switch (command) {
      case GroupCommand.Offer offer -> offer(state, offer);
      case GroupCommand.Grant grant -> grant(state, grant);
      case GroupCommand.Ask ask -> ask(state, ask);
      case GroupCommand.Yield yields -> yields(state, yields);
      case GroupCommand.Clients clients -> clients(state, clients);
    };
  }

  private static Applied offer(ClusterState state, GroupCommand.Offer offer) {
    if (!state.members().containsKey(offer.member())) {
      return refused(state, offer.member() + " is not a member");
    }
    if (offer.groups().size() > MOST_GROUPS
        || offer.groups().keySet().stream().anyMatch(name -> name.length() > Command.MOST_TEXT)) {
      return refused(state, "at most " + MOST_GROUPS + " groups of resources");
    }
    Draft draft = new Draft(state);
    TreeMap<MemberId, java.util.SortedMap<String, Integer>> offers =
        new TreeMap<>(state.service().offers());
    offers.put(offer.member(), offer.groups());
    draft.service = new ServiceState(state.service().groups(), offers, state.service().clients());
    return draft.quietly();
  }

  private static Applied grant(ClusterState state, GroupCommand.Grant grant) {
    Group group = state.service().group(grant.group());
    if (grant.number() != group.number() + 1) {
      return refused(state, "number %d of %s is taken".formatted(grant.number(), grant.group()));
    }
    if (!state.service().offered(grant.to(), grant.group())
        || !state.members().containsKey(grant.to())) {
      return refused(state, grant.to() + " cannot have " + grant.group());
    }
    if (group.holder().isPresent() && !over(state, group.holder().get(), grant.proof())) {
      return refused(
          state,
          "%s has %s and its lease is not over".formatted(group.holder().get(), grant.group()));
    }
    return held(state, grant.group(), Optional.of(grant.to()), Optional.empty(), grant.why());
  }

  private static boolean over(ClusterState state, MemberId holder, Command.Proof proof) {
    Lease lease = state.leases().get(holder);
    return lease == null || proof.over().getOrDefault(holder, -1L) == lease.granted();
  }

  private static Applied ask(ClusterState state, GroupCommand.Ask ask) {
    Group group = state.service().group(ask.group());
    if (ask.number() != group.number() || group.holder().isEmpty()) {
      return refused(state, ask.group() + " has another holder by now, or none");
    }
    if (group.heldBy(ask.to())) {
      return refused(state, ask.to() + " has " + ask.group() + " already");
    }
    if (!state.service().offered(ask.to(), ask.group())) {
      return refused(state, ask.to() + " cannot have " + ask.group());
    }
    Draft draft = new Draft(state);
    put(draft, ask.group(), new Group(group.number(), group.holder(), Optional.of(ask.to())));
    return draft.tell(ask.why(), "%s is to go to %s".formatted(ask.group(), ask.to()));
  }

  private static Applied yields(ClusterState state, GroupCommand.Yield yields) {
    Group group = state.service().group(yields.group());
    if (yields.number() != group.number() || !group.heldBy(yields.holder())) {
      return refused(state, yields.holder() + " does not have " + yields.group());
    }
    Optional<MemberId> next =
        group.next().filter(to -> state.service().offered(to, yields.group()));
    return held(state, yields.group(), next, Optional.of(yields.holder()), yields.why());
  }

  private static Applied clients(ClusterState state, GroupCommand.Clients clients) {
    boolean holds =
        state.service().groups().values().stream()
            .anyMatch(group -> group.heldBy(clients.holder()));
    if (!holds || clients.clients().size() > ServiceState.MOST_CLIENT_TEXTS) {
      return refused(state, clients.holder() + " has nothing, or more clients than are remembered");
    }
    Draft draft = new Draft(state);
    draft.service =
        new ServiceState(state.service().groups(), state.service().offers(), clients.clients());
    return draft.quietly();
  }

  private static Applied held(
      ClusterState state,
      String name,
      Optional<MemberId> holder,
      Optional<MemberId> before,
      Command.Why why) {
    Draft draft = new Draft(state);
    Group now = state.service().group(name);
    put(draft, name, new Group(now.number() + 1, holder, Optional.empty()));
    String gone = before.map(who -> who + " has let " + name + " go").orElse("");
    String has = holder.map(who -> who + " has " + name).orElse("");
    return draft.tell(why, gone + (gone.isEmpty() || has.isEmpty() ? "" : ", ") + has);
  }

  private static void put(Draft draft, String name, Group group) {
    Map<String, Group> groups = new TreeMap<>(draft.service.groups());
    groups.put(name, group);
    draft.service =
        new ServiceState(new TreeMap<>(groups), draft.service.offers(), draft.service.clients());
  }

  private static Applied refused(ClusterState state, String why) {
    return ClusterMachine.refused(state, why);
  }
}

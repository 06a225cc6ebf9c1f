package org.relevo.proxy.resource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Group;
import org.relevo.proxy.cluster.GroupCommand;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.member.Groups;
import org.relevo.proxy.resource.spec.GroupSpec;
import org.relevo.proxy.resource.spec.ResourceSpec;

/// All groups of this member: says which it can have, and tells each what it may do.
///
/// Owner: the member's thread calls [#see]; what is read elsewhere is volatile.
public final class ServiceGroups implements Groups {
  private static final long CLOSE_LIMIT_MS = 5_000;

  /// Between two offers, so that a log without a majority is not filled with them.
  private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final MemberId self;
  private final AddressKeeper keeper;
  private final List<ResourceGroup> groups = new ArrayList<>();
  private volatile Function<GroupCommand, CompletionStage<String>> say =
      _ -> CompletableFuture.completedFuture("not started");
  private volatile Optional<ClusterState> state = Optional.empty();
  private volatile boolean offering;
  private long lastOfferNs = System.nanoTime() - AGAIN_NS;
  private final ClientList clients;
  private volatile boolean closed;

  /// @param slackMs see [AddressKeeper]
  /// @param vetoed whether this machine is not to have any of it for now; asked often
  /// @throws IOException when the system has no such sockets
  public ServiceGroups(
      MemberId self,
      List<GroupSpec> specs,
      GroupSpec.Times times,
      long slackMs,
      BooleanSupplier vetoed,
      Journal journal)
      throws IOException {
    this.self = self;
    this.keeper = new AddressKeeper(times, slackMs, journal);
    this.clients =
        new ClientList(
            keeper,
            () -> state.map(now -> now.service().clients()).orElse(List.of()),
            text -> say.apply(new GroupCommand.Clients(self, text)),
            journal);
    for (GroupSpec spec : specs) {
      groups.add(
          new ResourceGroup(
              spec,
              times,
              permit ->
                  spec.resources().stream().map(each -> resource(each, times, permit)).toList(),
              number ->
                  say.apply(
                      new GroupCommand.Yield(spec.name(), number, self, why("its holder said so"))),
              vetoed,
              journal));
    }
  }

  private Resource resource(ResourceSpec spec, GroupSpec.Times times, Supplier<Permit> permit) {
    return switch (spec) {
      case ResourceSpec.Address address -> new OwnAddress(address, keeper, permit, () -> clients);
      case ResourceSpec.Program program -> new ProgramResource(program, times.limit());
    };
  }

  private static Command.Why why(String text) {
    return new Command.Why(System.currentTimeMillis(), Operation.AUTOMATIC, "", text);
  }

  @Override
  public void start(Function<GroupCommand, CompletionStage<String>> proposals) {
    say = proposals;
    keeper.start();
    groups.forEach(ResourceGroup::start);
    clients.start();
  }

  @Override
  public void see(ClusterState now, long writesUntilNs) {
    state = Optional.of(now);
    if (!now.founded()) {
      return;
    }
    for (ResourceGroup each : groups) {
      Group group = now.service().group(each.spec().name());
      each.see(
          new Permit(
              true, group.number(), group.heldBy(self), group.next().isPresent(), writesUntilNs));
    }
    keeper.wake();
    if (!closed) {
      offer(now);
    }
  }

  private void offer(ClusterState now) {
    SortedMap<String, Integer> wanted = new TreeMap<>();
    for (ResourceGroup each : groups) {
      if (each.offered()) {
        wanted.put(each.spec().name(), rank(each.spec()));
      }
    }
    SortedMap<String, Integer> told = now.service().offers().getOrDefault(self, new TreeMap<>());
    long nowNs = System.nanoTime();
    if (wanted.equals(told) || offering || nowNs - lastOfferNs < AGAIN_NS) {
      return;
    }
    lastOfferNs = nowNs;
    offering = true;
    var _ =
        say.apply(new GroupCommand.Offer(self, wanted)).whenComplete((_, _) -> offering = false);
  }

  private int rank(GroupSpec spec) {
    if (!spec.preferred().equals(self.value())) {
      return GroupCommand.CAN;
    }
    return spec.takesBack() ? GroupCommand.WANTS_BACK : GroupCommand.PREFERRED;
  }

  /// The groups of this member.
  List<ResourceGroup> groups() {
    return groups;
  }

  /// As this member has applied it.
  Optional<ClusterState> state() {
    return state;
  }

  /// Asks the holder to let a group go.
  CompletionStage<String> move(String group, MemberId to, String actor, String reason) {
    long number = state.map(now -> now.service().group(group).number()).orElse(0L);
    return say.apply(
        new GroupCommand.Ask(
            group, number, to, new Command.Why(System.currentTimeMillis(), actor, "", reason)));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!groups.isEmpty()) {
      // First the word that it is not to be given back here.
      var _ = say.apply(new GroupCommand.Offer(self, new TreeMap<>()));
    }
    groups.forEach(ResourceGroup::leave);
    groups.forEach(each -> each.awaitEnd(CLOSE_LIMIT_MS));
    clients.close();
    keeper.close();
  }
}

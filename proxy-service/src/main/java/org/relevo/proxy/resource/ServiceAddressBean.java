package org.relevo.proxy.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.relevo.jmx.contract.ServiceAddressMXBean;
import org.relevo.jmx.contract.ServiceGroup;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Group;
import org.relevo.proxy.cluster.MemberId;

/// The service address for management. Owner: none, reads what others publish.
public final class ServiceAddressBean implements ServiceAddressMXBean {
  private static final long LIMIT_S = 10;

  private final ServiceGroups groups;
  private final Supplier<String> caller;

  /// @param caller who is calling now, such as `admin (ADMIN)`
  public ServiceAddressBean(ServiceGroups groups, Supplier<String> caller) {
    this.groups = groups;
    this.caller = caller;
  }

  @Override
  public List<ServiceGroup> getGroups() {
    Optional<ClusterState> state = groups.state();
    TreeSet<String> names = new TreeSet<>();
    groups.groups().forEach(each -> names.add(each.spec().name()));
    state.ifPresent(now -> names.addAll(now.service().groups().keySet()));
    List<ServiceGroup> all = new ArrayList<>();
    for (String name : names) {
      Optional<ResourceGroup> here =
          groups.groups().stream().filter(each -> each.spec().name().equals(name)).findFirst();
      Group group = state.map(now -> now.service().group(name)).orElse(Group.NONE);
      all.add(
          new ServiceGroup(
              name,
              group.holder().map(MemberId::value).orElse(""),
              group.next().map(MemberId::value).orElse(""),
              group.number(),
              state.map(now -> could(now, name)).orElse(List.of()),
              here.map(each -> each.phase().name().toLowerCase(Locale.ROOT)).orElse("none"),
              here.map(ResourceGroup::reason).orElse(""),
              here.map(ResourceGroup::resources).orElse(List.of())));
    }
    return all;
  }

  private static List<String> could(ClusterState state, String name) {
    return state.members().keySet().stream()
        .filter(member -> state.service().offered(member, name))
        .map(MemberId::value)
        .toList();
  }

  @Override
  public void move(String group, String member, String reason) {
    MemberId to;
    try {
      to = new MemberId(member);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("'" + member + "' is no member", e);
    }
    String refusal;
    try {
      refusal =
          groups
              .move(group, to, caller.get(), reason)
              .toCompletableFuture()
              .get(LIMIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no answer of a majority: it may still move", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    if (!refusal.isEmpty()) {
      throw new IllegalStateException(refusal);
    }
  }

  @Override
  public void clear(String group) {
    ResourceGroup here =
        groups.groups().stream()
            .filter(each -> each.spec().name().equals(group))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("this member has no part in " + group));
    here.clear();
  }
}

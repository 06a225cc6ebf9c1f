package org.relevo.proxy.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.cluster.Member.Kind;
import org.relevo.proxy.resource.spec.GroupSpec;
import org.relevo.proxy.resource.spec.ResourceSpec;

/// Reads the settings of section Service address.
///
/// Owner: the thread that reads the configuration.
final class ResourceSettingsReader {
  static final String ADDRESSES = "service_addresses";
  private static final String COMMAND = "service_address_command";
  private static final String RESOURCES = "service_resources";
  private static final String PREFERRED = "service_preferred_member";
  private static final String GROUP = "resource_group";
  private static final int MOST_GROUPS = 16;

  /// Kernel lifetimes are whole seconds: one must fit into what a lease is good for.
  private static final Duration LEAST_LEASE = Duration.ofSeconds(2);

  private final SettingValues values;

  ResourceSettingsReader(SettingValues values) {
    this.values = values;
  }

  /// Tells of what is set and needs the control of the cluster, which is off.
  void refuseWithoutControl() {
    for (String name : List.of(ADDRESSES, COMMAND, RESOURCES)) {
      if (values.isSet(name) && !values.text(name).isEmpty()) {
        values.problem(name, "needs cluster_control; set quorum_members, or cluster_control = on");
      }
    }
  }

  ResourceSettings read(Optional<RaftSettings> raft, Duration lease) {
    boolean takesBack = values.bool("service_failback");
    List<GroupSpec> groups = new ArrayList<>();
    List<ResourceSpec> service = new ArrayList<>();
    for (String each : words(values.text(ADDRESSES))) {
      resource(ADDRESSES, each).ifPresent(service::add);
    }
    for (ResourceSpec each : service) {
      if (!(each instanceof ResourceSpec.Address)) {
        values.problem(ADDRESSES, "'%s' is no address".formatted(each.name()));
      }
    }
    mover(service.isEmpty()).ifPresent(mover -> service.replaceAll(each -> moved(each, mover)));
    for (String each : words(values.text(RESOURCES))) {
      resource(RESOURCES, each).ifPresent(service::add);
    }
    if (!service.isEmpty()) {
      groups.add(
          new GroupSpec(
              "service", service, preferred(PREFERRED, values.text(PREFERRED), raft), takesBack));
    }
    for (int i = 0; i < MOST_GROUPS; i++) {
      group(i, raft, takesBack).ifPresent(groups::add);
    }
    check(groups, lease);
    return new ResourceSettings(
        groups,
        new GroupSpec.Times(
            values.duration("address_probe_timeout"),
            values.duration("address_announce_period"),
            values.duration("resource_monitor_period"),
            values.duration("resource_timeout"),
            values.integer("resource_restarts"),
            values.duration("resource_rest")));
  }

  /// The program that moves addresses, when there is one.
  private Optional<ResourceSpec.Program> mover(boolean nothingToMove) {
    String text = values.text(COMMAND);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (nothingToMove) {
      values.problem(COMMAND, "moves nothing without " + ADDRESSES);
    }
    if (!text.startsWith("/")) {
      values.problem(COMMAND, "'%s' is not the path of a program".formatted(text));
      return Optional.empty();
    }
    return resource(COMMAND, text).map(ResourceSpec.Program.class::cast);
  }

  private static ResourceSpec moved(ResourceSpec each, ResourceSpec.Program mover) {
    if (!(each instanceof ResourceSpec.Address address)) {
      return each;
    }
    List<String> arguments = new ArrayList<>(mover.arguments());
    arguments.add(address.address().getHostAddress());
    return new ResourceSpec.Program(mover.kind(), address.name(), mover.path(), arguments);
  }

  private Optional<GroupSpec> group(int number, Optional<RaftSettings> raft, boolean takesBack) {
    String name = GROUP + number;
    List<String> words = words(values.text(GROUP + "N", name, ""));
    if (words.isEmpty()) {
      return Optional.empty();
    }
    List<ResourceSpec> resources = new ArrayList<>();
    words.stream().skip(1).forEach(each -> resource(name, each).ifPresent(resources::add));
    if (words.size() < 2) {
      values.problem(name, "names no resource; write MEMBER RESOURCE…");
    }
    return Optional.of(
        new GroupSpec(
            "group" + number, resources, preferred(name, words.getFirst(), raft), takesBack));
  }

  private String preferred(String setting, String member, Optional<RaftSettings> raft) {
    boolean known =
        member.isEmpty()
            || raft.isEmpty()
            || raft.get().members().stream()
                .anyMatch(each -> each.kind() == Kind.SERVICE && each.id().value().equals(member));
    if (!known) {
      values.problem(
          setting, "'%s' is no service of %s".formatted(member, RaftSettingsReader.MEMBERS));
    }
    return member;
  }

  private Optional<ResourceSpec> resource(String setting, String text) {
    try {
      return Optional.of(ResourceSpec.parse(text));
    } catch (IllegalArgumentException e) {
      values.problem(setting, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void check(List<GroupSpec> groups, Duration lease) {
    Set<Object> seen = new HashSet<>();
    for (GroupSpec group : groups) {
      for (ResourceSpec each : group.resources()) {
        if (each instanceof ResourceSpec.Address address) {
          if (!seen.add(address.address())) {
            values.problem(ADDRESSES, each.name() + " is there twice");
          }
          if (lease.compareTo(LEAST_LEASE) < 0) {
            values.problem("lease_duration", "is too short for a service address; use at least 2s");
          }
        }
      }
    }
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split("[,\\s]+", -1)).filter(each -> !each.isEmpty()).toList();
  }
}

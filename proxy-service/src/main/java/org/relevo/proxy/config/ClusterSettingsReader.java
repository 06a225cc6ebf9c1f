package org.relevo.proxy.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.relevo.proxy.cluster.Member.Kind;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.core.BackendId;

/// Reads what says how the cluster is controlled.
///
/// Owner: the thread that reads the configuration.
final class ClusterSettingsReader {
  private static final String CONTROL = "cluster_control";
  private static final String MEMBER = "backend_member";
  private static final String LEASE = "lease_duration";
  private static final String MOST_INTERVAL = "max_failover_interval";

  /// Commands that the control alone calls.
  private static final List<String> HOOKS =
      List.of("failover_command", "failback_command", "follow_primary_command", "fence_command");

  private static final MemberId UNNAMED = new MemberId("local");

  private final SettingValues values;

  ClusterSettingsReader(SettingValues values) {
    this.values = values;
  }

  /// Of a service or a witness.
  Duration lease() {
    return values.duration(LEASE);
  }

  /// Of a service or a witness.
  FailoverIntervals intervals() {
    FailoverIntervals intervals =
        new FailoverIntervals(
            values.duration("min_failover_interval"),
            values.duration("min_failover_interval_unseen"),
            values.duration(MOST_INTERVAL),
            values.duration("failover_calm_time"));
    if (intervals.most().compareTo(intervals.least()) < 0) {
      values.problem(
          MOST_INTERVAL, "is less than min_failover_interval, which never shrinks; raise it");
    }
    return intervals;
  }

  /// Tells which commands are set and never called.
  void warnOfIdleHooks(Optional<ClusterSettings> cluster, BiConsumer<String, String> warn) {
    if (cluster.isEmpty()) {
      HOOKS.stream()
          .filter(values::isSet)
          .filter(name -> !values.text(name).isEmpty())
          .forEach(name ->
              warn.accept(
                  name,
                  "is never called, as this service does not control the servers; set %s = on"
                          .formatted(CONTROL)
                      + " (or quorum_members), or take it out"));
    }
  }

  Optional<ClusterSettings> read(
      Optional<RaftSettings> raft,
      ProxyConfig.Service service,
      ClusteringMode mode,
      List<ProxyConfig.Backend> backends) {
    boolean on = values.isSet(CONTROL) ? values.bool(CONTROL) : raft.isPresent();
    if (!on) {
      new ResourceSettingsReader(values).refuseWithoutControl();
      return Optional.empty();
    }
    if (mode != ClusteringMode.STREAMING_REPLICATION) {
      values.problem(
          CONTROL,
          "needs %s = 'streaming_replication', found '%s'; change it or set %s = off"
              .formatted(OldDirectives.MODE, mode.directive(), CONTROL));
    }
    MemberId self = raft.map(RaftSettings::self).orElseGet(() -> alone(service.proxyId()));
    TreeMap<BackendId, MemberId> agents = new TreeMap<>();
    Map<BackendId, Integer> priorities = new HashMap<>();
    for (ProxyConfig.Backend backend : backends) {
      BackendId id = backend.id();
      agent(raft, self, backend).ifPresent(member -> agents.put(id, member));
      priorities.put(id, values.integer("backend_priorityN", "backend_priority" + id.value()));
    }
    ClusterSettings cluster =
        new ClusterSettings(
            self,
            lease(),
            intervals(),
            sync(),
            agents,
            priorities,
            new ResourceSettingsReader(values).read(raft, lease()));
    backends.forEach(backend -> check(cluster, backend, service));
    return Optional.of(cluster);
  }

  /// A service alone is nobody's peer, so any name will do.
  private static MemberId alone(String proxyId) {
    try {
      return new MemberId(proxyId);
    } catch (IllegalArgumentException _) {
      return UNNAMED;
    }
  }

  private SyncRule sync() {
    return new SyncRule(
        values.choice(SyncRule.Mode.class, "synchronous_mode"),
        values.integer("synchronous_node_count"),
        values.bool("synchronous_mode_strict"),
        values.size("maximum_lag_on_failover"));
  }

  /// The member on whose machine a server is: the named one, else the only one with its address.
  private Optional<MemberId> agent(
      Optional<RaftSettings> raft, MemberId self, ProxyConfig.Backend backend) {
    String name = MEMBER + backend.id().value();
    String written = values.text(MEMBER + "N", name, "");
    if (raft.isEmpty()) {
      if (!written.isEmpty() && !written.equals(self.value())) {
        values.problem(
            name, "'%s' is not this service, which is alone; take it out".formatted(written));
      }
      return backend.dataDirectory().map(_ -> self);
    }
    List<MemberId> services =
        raft.get().members().stream()
            .filter(member -> member.kind() == Kind.SERVICE)
            .filter(member ->
                written.isEmpty()
                    ? member.host().equals(backend.host())
                    : member.id().value().equals(written))
            .map(RaftSettings.Peer::id)
            .toList();
    if (services.size() == 1) {
      return Optional.of(services.getFirst());
    } else if (!written.isEmpty()) {
      values.problem(
          name,
          "'%s' is no service of %s; name the one on the server's machine"
              .formatted(written, RaftSettingsReader.MEMBERS));
    } else if (services.size() > 1) {
      values.problem(
          "backend_hostname" + backend.id().value(),
          "%s are at the same address; say by %s which of them has the server's data directory"
              .formatted(services, name));
    }
    return Optional.empty();
  }

  private void check(
      ClusterSettings cluster, ProxyConfig.Backend backend, ProxyConfig.Service service) {
    if (!cluster.own(backend.id())) {
      return;
    }
    int number = backend.id().value();
    if (backend.dataDirectory().isEmpty()) {
      values.problem(
          "backend_hostname" + number,
          "the server is controlled by this service; add backend_data_directory" + number);
    }
    if (service.pgBinDir().isEmpty()) {
      values.problem(
          CONTROL,
          "needs pg_bindir, as %s is controlled by this service; add it".formatted(backend.id()));
    }
  }
}

package org.relevo.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.relevo.proxy.agent.AgentLimits;
import org.relevo.proxy.agent.AgentSettings;
import org.relevo.proxy.agent.HookNode;
import org.relevo.proxy.agent.Hooks;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.config.BackendFlag;
import org.relevo.proxy.config.ClusterSettings;
import org.relevo.proxy.config.FailoverIntervals;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.RaftSettings;
import org.relevo.proxy.config.WitnessConfig;
import org.relevo.proxy.consensus.ClusterLog;
import org.relevo.proxy.consensus.Machine;
import org.relevo.proxy.control.ControlSettings;
import org.relevo.proxy.control.Timing;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.failover.Mandate;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.health.CommitWaits;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.member.Clients;
import org.relevo.proxy.member.ClusterMember;
import org.relevo.proxy.member.Enrolment;
import org.relevo.proxy.member.Groups;
import org.relevo.proxy.member.OwnServers;
import org.relevo.proxy.member.RoleHooks;
import org.relevo.proxy.member.Schedule;
import org.relevo.proxy.member.ServedClients;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.resource.ServiceGroups;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a member of the cluster out of a service or a witness.
final class ClusterControl {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterControl.class);
  private static final Duration NO_GRACE = Duration.ofSeconds(10);

  /// Before anything is agreed on nobody is the primary.
  static final Mandate UNDECIDED =
      new Mandate(Optional.empty(), "the members of the cluster have not agreed yet");

  private final ProxyConfig config;
  private final ClusterSettings cluster;
  private final Supplier<ProxyConfig> live;
  private final Coordinator coordinator;

  private ClusterControl(
      ProxyConfig config,
      ClusterSettings cluster,
      Supplier<ProxyConfig> live,
      Coordinator coordinator) {
    this.config = config;
    this.cluster = cluster;
    this.live = live;
    this.coordinator = coordinator;
  }

  /// @param live the configuration whose reloadable settings count
  /// @throws IOException naming the setting or file that cannot be used
  /// @param groups what only one member at a time has
  /// @param log empty when it is to be opened here
  static ClusterMember start(
      ProxyConfig config,
      ClusterSettings cluster,
      Supplier<ProxyConfig> live,
      Coordinator coordinator,
      ProxyServer server,
      Groups groups,
      Optional<ClusterLog> log)
      throws IOException {
    return new ClusterControl(config, cluster, live, coordinator).start(server, groups, log);
  }

  /// @throws IOException naming the setting or file that cannot be used
  static ClusterMember witness(WitnessConfig config, Machine machine) throws IOException {
    RaftSettings raft = config.raft();
    ControlSettings settings =
        new ControlSettings(
            raft.self(),
            run(),
            timing(config.lease(), config.intervals()),
            Optional.empty(),
            false);
    Journal journal =
        (level, name, text) ->
            LOG.atLevel(org.slf4j.event.Level.valueOf(level.name())).log("{} {}", name, text);
    OwnServers servers = new OwnServers(List.of(), true, NO_GRACE, journal);
    ClusterMember member =
        new ClusterMember(
            settings,
            Quorums.join(raft, config.dataDirectory(), machine),
            Clients.NONE,
            servers,
            RoleHooks.none(),
            new Enrolment(own(raft, Collections.emptySortedSet()), List.of(), Optional.empty()),
            new Schedule(config.dataDirectory(), Clock.systemUTC(), journal),
            Groups.NONE,
            journal);
    member.start();
    return member;
  }

  private ClusterMember start(ProxyServer server, Groups groups, Optional<ClusterLog> log)
      throws IOException {
    Journal journal = coordinator.journal()::record;
    List<AgentSettings> agents = new ArrayList<>();
    for (NodeSettings node : nodes()) {
      if (cluster.own(node.id())) {
        agents.add(agent(node));
      }
    }
    ServedClients clients =
        new ServedClients(
            new ServedClients.DataPlane(
                server.fence(),
                server.gate(),
                server::abandon,
                server::leaving,
                server::prepare,
                server::primaryIs,
                server::lives,
                coordinator::keepOut,
                coordinator::mandate,
                coordinator::probeNow));
    OwnServers servers =
        new OwnServers(
            agents,
            Quorums.known(config.raft(), config.service().dataDirectory()),
            config.failover().agentRestartGrace(),
            journal);
    ClusterMember member =
        new ClusterMember(
            new ControlSettings(
                cluster.self(),
                run(),
                timing(cluster.lease(), cluster.intervals()),
                Optional.of(founding()),
                !config.failover().fenceCommand().isEmpty()),
            log.isPresent()
                ? log.get()
                : Quorums.open(
                    config.raft(),
                    cluster.self().value(),
                    config.service().dataDirectory(),
                    Machine.ofCluster()),
            clients,
            servers,
            hooks(journal),
            enrolment(),
            new Schedule(config.service().dataDirectory(), Clock.systemUTC(), journal),
            groups,
            journal);
    if (cluster.sync().mode() == SyncRule.Mode.QUORUM) {
      server.guardCancels(new CommitWaits(nodes())::freeOfIt);
    }
    coordinator.tell(observation -> probed(member, observation));
    member.start();
    return member;
  }

  private List<NodeSettings> nodes() {
    return coordinator.settings().nodes();
  }

  /// What only one member at a time has.
  ///
  /// @throws IOException when this system cannot have it
  /// @param vetoed whether this machine is not to have any of it for now
  static ServiceGroups groups(ClusterSettings cluster, BooleanSupplier vetoed, Journal journal)
      throws IOException {
    return new ServiceGroups(
        cluster.self(),
        cluster.resources().groups(),
        cluster.resources().times(),
        timing(cluster.lease(), cluster.intervals()).marginMs() / 2,
        vetoed,
        journal);
  }

  private static long run() {
    return new SecureRandom().nextLong() >>> 1;
  }

  /// A holder ends its lease by a sixth before the others count it as over, at least half a second.
  /// It is renewed so often that, when the leader dies, enough of it is left for an election.
  static Timing timing(Duration lease, FailoverIntervals intervals) {
    Timing usual = Timing.DEFAULT;
    int leaseMs = ms(lease);
    int marginMs = Math.min(leaseMs / 6, Math.max(usual.marginMs(), leaseMs / 8));
    Timing timing =
        usual
            .withLease(leaseMs, leaseMs / 8, marginMs)
            .withIntervals(
                ms(intervals.calm()),
                ms(intervals.least()),
                ms(intervals.leastUnseen()),
                ms(intervals.most()));
    if (!timing.wrong().isEmpty()) {
      throw new IllegalStateException(timing.wrong());
    }
    return timing;
  }

  private static int ms(Duration time) {
    return Math.toIntExact(time.toMillis());
  }

  private AgentSettings agent(NodeSettings node) throws IOException {
    return new AgentSettings(
        node,
        nodes(),
        coordinator
            .settings()
            .binaries()
            .orElseThrow(() -> new IOException("pg_bindir: needed by cluster_control")),
        coordinator.settings().replication().user(),
        coordinator.settings().replication().password(),
        config.service().dataDirectory(),
        true,
        () -> live.get().failover().fenceCommand(),
        () -> RecoverySide.copy(live.get().recovery()),
        AgentLimits.DEFAULT);
  }

  private RoleHooks hooks(Journal journal) {
    Map<BackendId, HookNode> named = new TreeMap<>();
    nodes().forEach(node -> named.put(node.id(), HookNode.of(node)));
    Hooks hooks =
        new Hooks(
            () -> {
              ProxyConfig.Failover now = live.get().failover();
              return new Hooks.Settings(
                  now.failoverCommand(),
                  now.failbackCommand(),
                  now.followPrimaryCommand(),
                  now.hookTimeout());
            },
            journal);
    return RoleHooks.of(hooks, named);
  }

  private static Member own(RaftSettings raft, SortedSet<BackendId> servers) {
    return raft.members().stream()
        .filter(peer -> peer.id().equals(raft.self()))
        .map(peer -> new Member(peer.id(), peer.kind(), peer.host(), peer.port(), servers))
        .findFirst()
        .orElseThrow();
  }

  private Member own() {
    SortedSet<BackendId> servers = agentOf(cluster.self());
    return config
        .raft()
        .map(raft -> own(raft, servers))
        .orElseGet(() -> new Member(cluster.self(), Member.Kind.SERVICE, "", 0, servers));
  }

  private Enrolment enrolment() {
    return new Enrolment(own(), servers(), Optional.of(cluster.sync()));
  }

  private List<Command.Found.Node> servers() {
    return config.backends().stream()
        .map(backend ->
            new Command.Found.Node(
                backend.id(),
                cluster.priorities().getOrDefault(backend.id(), 1),
                cluster.agents().containsKey(backend.id()) ? Goal.STANDBY : Goal.DETACHED,
                !backend.flags().contains(BackendFlag.DISALLOW_TO_FAILOVER)))
        .toList();
  }

  private Command.Found founding() {
    List<Member> members =
        config
            .raft()
            .map(raft ->
                raft.members().stream()
                    .map(peer ->
                        new Member(
                            peer.id(), peer.kind(), peer.host(), peer.port(), agentOf(peer.id())))
                    .toList())
            .orElseGet(() -> List.of(own()));
    return new Command.Found(
        systemIdentifier(),
        members,
        servers(),
        cluster.sync(),
        new Command.Why(System.currentTimeMillis(), Operation.AUTOMATIC, "", "as configured"));
  }

  private SortedSet<BackendId> agentOf(MemberId member) {
    TreeSet<BackendId> nodes = new TreeSet<>();
    cluster
        .agents()
        .forEach((node, agent) -> {
          if (agent.equals(member)) {
            nodes.add(node);
          }
        });
    return nodes;
  }

  /// Of the first own server that has one; "" when none can be read.
  private String systemIdentifier() {
    for (NodeSettings node : nodes()) {
      Optional<Path> data = node.dataDirectory().filter(_ -> cluster.own(node.id()));
      if (data.isPresent()) {
        try {
          return ControlFile.read(data.get()).systemIdentifier();
        } catch (IOException e) {
          LOG.debug("cluster.identifier node={} reason=\"{}\"", node.id(), e.getMessage());
        }
      }
    }
    return "";
  }

  private static void probed(ClusterMember member, NodeObservation observation) {
    switch (observation.outcome()) {
      case NodeObservation.Answered _ -> member.probed(observation.node(), Sight.UP);
      case NodeObservation.Silent silent ->
          member.probed(observation.node(), silent.conclusive() ? Sight.DOWN : Sight.SUSPECT);
    }
  }
}

package org.relevo.proxy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Primary;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.RecoverySettings;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.coordinator.CoordinatorSettings;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.fanout.ReplicaSet;
import org.relevo.proxy.member.ClusterMember;
import org.relevo.proxy.onlinerecovery.AgentNodes;
import org.relevo.proxy.onlinerecovery.PlainNodes;
import org.relevo.proxy.onlinerecovery.Recoveries;
import org.relevo.proxy.onlinerecovery.RecoveryContext;
import org.relevo.proxy.onlinerecovery.RecoveryFailure;
import org.relevo.proxy.onlinerecovery.ServedNodes;
import org.relevo.proxy.onlinerecovery.WriteHold;
import org.relevo.proxy.recovery.CopyOptions;

/// Makes recovery out of a configuration: with agents where the members of a cluster decide.
final class RecoverySide {
  /// Below the limit that consoles set for a call.
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(4);

  private final CoordinatorSettings settings;
  private final Coordinator coordinator;
  private final Optional<ClusterMember> member;
  private final Optional<ReplicaSet> replicas;
  private final Supplier<ProxyConfig> live;

  RecoverySide(
      CoordinatorSettings settings,
      Coordinator coordinator,
      Optional<ClusterMember> member,
      Optional<ReplicaSet> replicas,
      Supplier<ProxyConfig> live) {
    this.settings = settings;
    this.coordinator = coordinator;
    this.member = member;
    this.replicas = replicas;
    this.live = live;
  }

  /// @throws IOException naming the file that cannot be used
  Recoveries start(Supplier<String> actor) throws IOException {
    Journal journal = coordinator.journal()::record;
    ServedNodes served = served(journal);
    Optional<AgentNodes> agents = member.map(MemberAgents::new);
    return new Recoveries(
            new RecoveryContext(
                () -> settings.nodes(),
                served,
                settings.binaries(),
                settings.stateDirectory(),
                this::rules,
                new RecoveryContext.Login(
                    settings.replication().user(), settings.replication().password()),
                agents,
                journal),
            actor)
        .start();
  }

  private ServedNodes served(Journal journal) throws IOException {
    if (member.isPresent()) {
      return new AgreedNodes(member.get());
    }
    if (replicas.isPresent()) {
      return new ReplicaNodes(replicas.get(), coordinator.views(), coordinator::probeNow);
    }
    return new PlainNodes(
            coordinator.views(),
            coordinator::keepOut,
            coordinator::probeNow,
            settings.stateDirectory(),
            journal)
        .start();
  }

  private RecoveryContext.RecoveryRules rules() {
    ProxyConfig config = live.get();
    RecoverySettings now = config.recovery();
    return new RecoveryContext.RecoveryRules(
        new RecoveryContext.Scripts(
            now.firstStage(),
            now.secondStage(),
            now.scriptArguments(),
            now.user(),
            () -> now.password().value(),
            now.database()),
        now.timeout(),
        config.clients().holdTimeout(),
        now.idleLimitSeconds(),
        copy(now),
        new RecoveryContext.Ssh(
            now.ssh().user(),
            now.ssh().port(),
            now.ssh().key(),
            now.ssh()
                .knownHosts()
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".ssh", "known_hosts")),
            now.ssh().binDir()),
        now.archiveDirectory(),
        now.archiveMinFree());
  }

  static CopyOptions copy(RecoverySettings now) {
    return new CopyOptions(now.maxRateKbPerSecond(), now.compressed(), now.tablespaces());
  }

  private static void propose(ClusterMember member, BackendId node, Goal goal, Command.Why why)
      throws RecoveryFailure {
    int priority =
        member
            .state()
            .map(ClusterState::nodes)
            .map(nodes -> nodes.get(node))
            .map(NodeState::priority)
            .orElse(1);
    String refusal;
    try {
      refusal =
          member
              .propose(new Command.SetGoal(node, goal, priority, why))
              .get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new RecoveryFailure("no majority of the members answers; it may still take effect", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RecoveryFailure("the service is stopping", e);
    }
    if (!refusal.isEmpty()) {
      throw new RecoveryFailure(refusal);
    }
  }

  private static Command.Why why(String actor, String reason) {
    return new Command.Why(System.currentTimeMillis(), actor, "", reason);
  }

  /// What the members have agreed on decides which nodes are used.
  private final class AgreedNodes implements ServedNodes {
    private final ClusterMember decided;

    AgreedNodes(ClusterMember decided) {
      this.decided = decided;
    }

    @Override
    public ClusterView view() {
      return coordinator.views().current();
    }

    @Override
    public boolean statements() {
      return false;
    }

    @Override
    public Optional<BackendId> main() {
      return decided.state().flatMap(ClusterState::primary).map(Primary::node);
    }

    @Override
    public WriteHold writes() {
      return WriteHold.NONE;
    }

    @Override
    public void beginRecovery(BackendId node) {
      // Its agent says that it is no standby yet.
    }

    @Override
    public void checkSource(BackendId source) {
      // A standby follows whoever is the primary.
    }

    @Override
    public void endRecovery(BackendId node, BackendId source, boolean whole) {
      // Its agent says so.
    }

    @Override
    public void detach(BackendId node, String actor, String reason) throws RecoveryFailure {
      propose(decided, node, Goal.DETACHED, why(actor, reason));
    }

    @Override
    public void attach(BackendId node, String actor, String reason) throws RecoveryFailure {
      propose(decided, node, Goal.STANDBY, why(actor, reason));
    }
  }

  private record MemberAgents(ClusterMember member) implements AgentNodes {

    @Override
    public Optional<Standing> standing(BackendId node) {
      return member
          .state()
          .filter(state -> state.agentOf(node).isPresent())
          .map(state -> state.nodes().get(node))
          .map(now -> {
            Condition condition = now.report().condition();
            return new Standing(
                condition == Condition.STANDBY && now.report().follows() >= 0,
                condition == Condition.REBUILDING,
                now.goal() == Goal.STANDBY,
                (condition + " " + now.report().reason()).strip());
          });
    }

    @Override
    public void want(BackendId node, String actor, String reason) throws RecoveryFailure {
      propose(member, node, Goal.STANDBY, why(actor, reason));
    }

    @Override
    public void leave(BackendId node, String actor, String reason) throws RecoveryFailure {
      propose(member, node, Goal.DETACHED, why(actor, reason));
    }
  }
}

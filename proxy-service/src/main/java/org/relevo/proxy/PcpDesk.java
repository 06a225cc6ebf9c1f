package org.relevo.proxy;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.management.ObjectName;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.jmx.server.Caller;
import org.relevo.proxy.config.Reload;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.mbean.ControlBeans;
import org.relevo.proxy.member.ClusterMember;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.pcp.PcpActs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what PCP clients ask: by the members of the cluster where they decide, else by this
/// service.
///
/// Owner: thread-safe; called on virtual threads.
final class PcpDesk implements PcpActs {
  private static final Logger LOG = LoggerFactory.getLogger(PcpDesk.class);
  private static final ScopedValue<String> WHO = ScopedValue.newInstance();
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final String ASKED = "PCP";
  private static final long LOOK_MS = 250;
  private static final long SMART_LOOK_MS = 500;

  private final Coordinator coordinator;
  private final ProxyServer server;
  private final Reload reload;
  private final Optional<ClusterMember> member;
  private final FailoverMXBean failover;
  private final Optional<ControlMXBean> control;

  private final RecoveryMXBean recovery;

  PcpDesk(
      Coordinator coordinator,
      Optional<ClusterMember> member,
      ProxyServer server,
      Reload reload,
      RecoveryMXBean recovery) {
    this.coordinator = coordinator;
    this.server = server;
    this.reload = reload;
    this.member = member;
    Map<ObjectName, Object> beans =
        ControlBeans.of(coordinator, member, server.gate(), PcpDesk::actor);
    this.failover = Objects.requireNonNull((FailoverMXBean) beans.get(ObjectNames.FAILOVER));
    this.control = Optional.ofNullable((ControlMXBean) beans.get(ObjectNames.CONTROL));
    this.recovery = recovery;
  }

  /// Who acts on this thread: by PCP, or by JMX.
  static String actor() {
    return WHO.isBound() ? WHO.get() : Caller.current().toString();
  }

  /// What the members have agreed on, for whoever looks only.
  Optional<ControlMXBean> control() {
    return control;
  }

  @Override
  public void attach(int node, String who) {
    ScopedValue.where(WHO, who).run(() -> recovery.attach(node, ASKED));
  }

  @Override
  public void detach(int node, boolean gracefully, String who) {
    Runnable detach = () -> ScopedValue.where(WHO, who).run(() -> recovery.detach(node, ASKED));
    if (gracefully) {
      drained(detach);
    } else {
      detach.run();
    }
  }

  /// New transactions wait while those that run end; then the work is done, and they go on.
  private void drained(Runnable work) {
    TrafficGate gate = server.gate();
    String id = "pcp-" + System.nanoTime();
    try {
      var _ = gate.hold(id, DRAIN).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "transactions did not end within %d s: %s".formatted(DRAIN.toSeconds(), e.getCause()));
    }
    try {
      work.run();
    } finally {
      gate.release(id);
    }
  }

  @Override
  public void promote(int node, String who) {
    ScopedValue.where(WHO, who).run(() -> promote(node));
  }

  private void promote(int node) {
    boolean served = coordinator.views().current().primary().isPresent();
    if (!served && control.isPresent()) {
      var _ = control.get().failover(node, -1, false, "pcp_promote_node");
      return;
    }
    SwitchoverPlan plan = failover.planSwitchover(node, "pcp_promote_node");
    if (!plan.startable()) {
      throw new IllegalStateException(
          plan.checks().stream()
              .filter(check -> check.result() == CheckResult.BLOCK)
              .map(check -> check.name() + ": " + check.evidence())
              .findFirst()
              .orElse("node " + node + " cannot be promoted now"));
    }
    var _ = failover.startSwitchover(plan.id(), plan.hash());
  }

  @Override
  public void recover(int node, String who) {
    if (coordinator.views().current().primary().equals(Optional.of(new BackendId(node)))) {
      throw new IllegalStateException("node " + node + " is the primary and cannot be recovered");
    }
    if (view(node).filter(NodeView::usable).isPresent()) {
      throw new IllegalStateException("node " + node + " is alive; detach it first");
    }
    String id = ScopedValue.where(WHO, who).call(() -> recovery.recover(node, "auto", ASKED));
    RecoveryStatus status = recovery.recovery(id);
    while (status.finishedAtEpochMs() < 0) {
      pause(LOOK_MS);
      status = recovery.recovery(id);
    }
    if (status.state() != RecoveryState.SUCCEEDED) {
      throw new IllegalStateException(status.outcome());
    }
  }

  private Optional<NodeView> view(int node) {
    return coordinator.views().current().node(new BackendId(node));
  }

  @Override
  public void reload(String who) {
    Reload.Outcome outcome = reload.reload("\"" + who + "\"");
    if (!outcome.applied()) {
      throw new IllegalStateException(
          outcome.problems().isEmpty()
              ? "nothing was applied"
              : outcome.problems().getFirst().toString());
    }
  }

  @Override
  public void rotateLog(String who) {
    ServiceLog.rotate();
  }

  @Override
  public void stop(char mode, String who) {
    LOG.info("service.stop-asked by=\"{}\" mode={}", who, mode);
    var _ =
        Thread.ofPlatform()
            .name("pcp-stop")
            .daemon()
            .start(() -> {
              if (mode == 's') {
                server.stopListening();
                while (clients() > 0) {
                  pause(SMART_LOOK_MS);
                }
              }
              // The answer leaves first.
              pause(LOOK_MS);
              Runtime.getRuntime().exit(0);
            });
  }

  private int clients() {
    return server.poolBean(() -> "PCP").getInfo().clients();
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted");
    }
  }

  @Override
  public Optional<ControlStatus> members() {
    return control.map(ControlMXBean::getStatus).filter(status -> !status.alone());
  }

  /// Asked on event loops.
  ///
  /// @return `quorum` or `async`; "" where nobody decides about it
  String synchronous(BackendId node) {
    return member
        .flatMap(ClusterMember::state)
        .map(state -> state.standing().asked().names().contains(node) ? "quorum" : "async")
        .orElse("");
  }
}

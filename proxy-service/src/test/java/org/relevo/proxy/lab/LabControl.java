package org.relevo.proxy.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ControlEntry;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.ControlNode;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.SwitchoverPlan;

/// What a person can see and ask of a cluster, by the management interface of any service.
final class LabControl {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final long HEARD_MS = 2_000;

  private LabControl() {}

  static ControlStatus status(LabMember at) throws IOException {
    return at(at, ControlMXBean::getStatus);
  }

  /// Newest first.
  static List<ControlEntry> history(LabMember at) throws IOException {
    return at(at, ControlMXBean::getHistory);
  }

  static <T> T at(LabMember at, Function<ControlMXBean, T> call) throws IOException {
    try (JmxConnection console = at.console()) {
      return call.apply(console.control());
    }
  }

  static ControlNode node(ControlStatus status, LabMember of) {
    return status.nodes().stream()
        .filter(each -> each.nodeId() == of.node)
        .findFirst()
        .orElseThrow();
  }

  /// Waits until a member sees the cluster as wanted.
  static ControlStatus await(LabMember at, String what, Predicate<ControlStatus> wanted) {
    return await(at, LIMIT, what, wanted);
  }

  static ControlStatus await(
      LabMember at, Duration limit, String what, Predicate<ControlStatus> wanted) {
    AtomicReference<ControlStatus> last = new AtomicReference<>();
    Patience.until(
        limit,
        () -> "%s: not %s, but %s".formatted(at, what, last.get()),
        () -> {
          ControlStatus status = status(at);
          last.set(status);
          return wanted.test(status);
        });
    return last.get();
  }

  static void maintenance(LabMember at, boolean on) throws IOException {
    at(
        at,
        control -> {
          control.maintenance(on, "lab");
          return "";
        });
  }

  /// @param goal as [ControlMXBean#node]
  static void goal(LabMember at, LabMember of, String goal) throws IOException {
    goal(at, of, goal, 1);
  }

  static void goal(LabMember at, LabMember of, String goal, int priority) throws IOException {
    at(
        at,
        control -> {
          control.node(of.node, goal, priority, "lab");
          return "";
        });
  }

  /// @param to -1 for the best
  static SwitchoverPlan plan(LabMember at, int to) throws IOException {
    try (JmxConnection console = at.console()) {
      return console.failover().planSwitchover(to, "lab");
    }
  }

  /// Switches over and waits for the end.
  static OperationStatus switchover(LabMember at, int to) throws IOException {
    try (JmxConnection console = at.console()) {
      SwitchoverPlan plan = console.failover().planSwitchover(to, "lab");
      if (!plan.startable()) {
        throw new IOException("cannot switch over: " + plan.checks());
      }
      String id = console.failover().startSwitchover(plan.id(), plan.hash());
      AtomicReference<OperationStatus> last = new AtomicReference<>();
      Patience.until(
          LIMIT,
          () -> "still " + last.get(),
          () -> {
            OperationStatus status = console.failover().operation(id);
            last.set(status);
            return status.state() != OperationState.PLANNED
                && status.state() != OperationState.RUNNING;
          });
      return last.get();
    }
  }

  /// The member that decides.
  static LabMember leader(ClusterLab lab) {
    LabMember any = lab.nodes().stream().filter(LabMember::serviceRuns).findFirst().orElseThrow();
    return lab.member(await(any, "led", status -> !status.leader().isEmpty()).leader());
  }

  /// Moves the primary, not the leader, since the first is exact.
  ///
  /// @return the leader, on the primary's machine
  static LabMember leaderAtPrimary(ClusterLab lab) throws Exception {
    LabMember leader = leader(lab);
    if (leader.witness()) {
      leader.killAll();
      leader = await(lab, leader);
      lab.member(ClusterLab.WITNESS).launch();
    }
    if (lab.primary() != leader) {
      switchOver(lab, leader);
    }
    return leader;
  }

  /// @return the leader, on another machine than the primary's
  static LabMember leaderBesidePrimary(ClusterLab lab) throws Exception {
    LabMember leader = leader(lab);
    if (lab.primary() == leader) {
      switchOver(lab, lab.standby());
    }
    return leader;
  }

  private static LabMember await(ClusterLab lab, LabMember dead) {
    LabMember any = lab.nodes().getFirst();
    return lab.member(
        await(
                any,
                "led by another",
                status -> !status.leader().isEmpty() && !status.leader().equals(dead.name))
            .leader());
  }

  private static void switchOver(ClusterLab lab, LabMember to) throws IOException {
    awaitProvable(to);
    OperationStatus done = switchover(to, to.node);
    if (done.state() != OperationState.SUCCEEDED) {
      throw new IOException("no switchover: " + done);
    }
    lab.awaitCalm();
    awaitProvable(to);
  }

  /// Whether all services know the same leader and that one hears everybody. A leading witness
  /// cannot be asked whom it hears.
  static boolean together(ClusterLab lab) throws IOException {
    String leader = "";
    for (LabMember member : lab.nodes()) {
      ControlStatus status = status(member);
      if (status.leader().isEmpty() || !(leader.isEmpty() || leader.equals(status.leader()))) {
        return false;
      }
      leader = status.leader();
      if (leader.equals(member.name)
          && !status.members().stream().allMatch(each -> each.self() || heard(each.contactMs()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean heard(long contactMs) {
    return contactMs >= 0 && contactMs < HEARD_MS;
  }

  /// Waits until the standbys that commits wait for are settled: from then on a failover is proven.
  static void awaitProvable(LabMember at) {
    await(
        at,
        "ready for a failover",
        status ->
            status.operationId().isEmpty()
                && (!status.synchronousMode().equals("quorum")
                    || (status.settled() && status.waitFor() > 0)));
  }
}

package org.relevo.proxy.onlinerecovery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.NodeSettings;

/// Where the members of a cluster decide, an agent renews its server by itself once the server is
/// to be a standby: this asks for that, wherever the agent is, and follows it.
///
/// Owner: the recovery's thread; [#cancel] may come from any.
final class AgentWay implements Way {
  private static final long LOOK_MS = 200;
  private static final Duration MOST = Duration.ofDays(7);

  private final RecoveryContext context;
  private final AgentNodes agents;
  private final RecoveryProgress progress;
  private final NodeSettings source;
  private final NodeSettings node;
  private final Thread thread;
  private boolean asked;

  AgentWay(
      RecoveryContext context,
      AgentNodes agents,
      RecoveryProgress progress,
      NodeSettings source,
      NodeSettings node,
      Thread thread) {
    this.context = context;
    this.agents = agents;
    this.progress = progress;
    this.source = source;
    this.node = node;
    this.thread = thread;
  }

  @Override
  public String name() {
    return "agent";
  }

  @Override
  public List<Step> steps() {
    return List.of(
        new Step("check", node.id() + " has an agent and is not the primary", this::begin),
        new Step(
            "copy",
            "its agent rewinds it, or copies %s beside the old data".formatted(source.id()),
            this::copy),
        new Step("attach", "is used again", this::attach));
  }

  @Override
  public void check() throws RecoveryFailure {
    if (node.id().equals(source.id())) {
      throw new RecoveryFailure(
          node.id() + " is the primary; make another one the primary first: relevo ctl switchover");
    }
    AgentNodes.Standing standing = standing();
    boolean used = context.served().view().node(node.id()).filter(NodeView::usable).isPresent();
    if (standing.standby() && standing.wanted() && used) {
      throw new RecoveryFailure(node.id() + " is in use and needs no recovery");
    }
  }

  private AgentNodes.Standing standing() throws RecoveryFailure {
    Optional<AgentNodes.Standing> standing = agents.standing(node.id());
    return standing.orElseThrow(() ->
        new RecoveryFailure(
            "no member has the agent of %s; set backend_data_directory%d on its machine"
                .formatted(node.id(), node.id().value())));
  }

  private String begin() throws RecoveryFailure {
    check();
    asked = !standing().wanted();
    if (asked) {
      agents.want(node.id(), progress.status().actor(), "recovery " + progress.status().id());
    }
    return "";
  }

  private String copy() throws java.sql.SQLException, RecoveryFailure, InterruptedException {
    try (CopyWatch _ = CopyWatch.start(source, progress)) {
      Waits.until(MOST, LOOK_MS, () -> standing().standby(), () -> node.id() + " is no standby");
    }
    return standing().text();
  }

  private String attach() throws java.sql.SQLException, RecoveryFailure, InterruptedException {
    Waits.until(
        Duration.ofMinutes(5),
        LOOK_MS,
        () -> context.served().view().node(node.id()).filter(NodeView::usable).isPresent(),
        () -> node.id() + " is not used");
    asked = false;
    return "";
  }

  @Override
  public void end(boolean whole) {
    if (whole || !asked) {
      return;
    }
    try {
      // As it was before: else the agent would go on.
      agents.leave(
          node.id(),
          progress.status().actor(),
          "recovery " + progress.status().id() + " was broken off");
    } catch (RecoveryFailure e) {
      context
          .journal()
          .record(
              LogLevel.WARN,
              "recovery.still-marked",
              "node=%s reason=\"%s\"".formatted(node.id(), e.getMessage()));
    }
  }

  @Override
  public void cancel() {
    thread.interrupt();
  }
}

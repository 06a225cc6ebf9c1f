package org.relevo.proxy;

import java.util.Optional;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.http.Checks;
import org.relevo.proxy.member.ClusterMember;

/// What this service says to load balancers.
///
/// Owner: thread-safe.
final class ServiceChecks implements Checks {
  private final ClusterViews views;
  private final Optional<ClusterMember> member;

  ServiceChecks(ClusterViews views, Optional<ClusterMember> member) {
    this.views = views;
    this.member = member;
  }

  @Override
  public Answer ready() {
    ClusterView view = views.current();
    boolean any = view.nodes().stream().anyMatch(NodeView::usable);
    return new Answer(any, any ? "ready" : "no server can be used");
  }

  @Override
  public Answer primary() {
    ClusterView view = views.current();
    boolean allowed = member.map(each -> each.writesForMs() > 0).orElse(true);
    if (!allowed) {
      return new Answer(false, "this service may not let clients write: it sees no majority");
    }
    return view.primary()
        .map(id -> new Answer(true, "primary " + id))
        .orElseGet(() -> new Answer(false, "no primary: " + view.primaryReason()));
  }

  @Override
  public Answer replica() {
    Optional<NodeView> standby =
        views.current().nodes().stream()
            .filter(node -> node.usable() && node.role() == NodeView.Role.STANDBY)
            .findFirst();
    return standby
        .map(node -> new Answer(true, "standby " + node.id()))
        .orElseGet(() -> new Answer(false, "no standby can be read"));
  }

  @Override
  public Answer leader() {
    if (member.isEmpty() || member.get().quorum().isEmpty()) {
      return new Answer(true, "leader: this service is alone");
    }
    MemberId self = member.get().self();
    Optional<MemberId> leader = member.get().leadership().leader();
    return new Answer(
        leader.equals(Optional.of(self)),
        leader.map(id -> "leader " + id).orElse("no member leads"));
  }
}

package org.relevo.proxy.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;

/// A cluster's picture that the test paints.
public final class FixedViews implements ClusterViews {
  private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
  private final List<NodeView> nodes = new ArrayList<>();
  private volatile ClusterView view = new ClusterView(0, List.of(), Optional.empty(), "no node");

  public FixedViews(int... ports) {
    for (int i = 0; i < ports.length; i++) {
      nodes.add(
          new NodeView(
              new BackendId(i),
              "node" + i,
              "127.0.0.1",
              ports[i],
              NodeView.Role.PRIMARY,
              NodeView.Status.UP,
              "test",
              1,
              Optional.empty(),
              Optional.empty(),
              0,
              "18",
              "1",
              0,
              0));
    }
    primary(0);
  }

  public void primary(int id) {
    publish(Optional.of(new BackendId(id)), "");
  }

  /// The node says that it is a standby.
  public void standby(int id) {
    NodeView was = nodes.get(id);
    nodes.set(
        id,
        new NodeView(
            was.id(),
            was.name(),
            was.host(),
            was.port(),
            NodeView.Role.STANDBY,
            was.status(),
            was.reason(),
            was.timeline(),
            was.received(),
            was.replayed(),
            was.replayLagMs(),
            was.serverVersion(),
            was.systemIdentifier(),
            was.sinceEpochMs(),
            was.sampledAtEpochMs()));
    publish(view.primary(), view.primaryReason());
  }

  public void noPrimary(String reason) {
    publish(Optional.empty(), reason);
  }

  private void publish(Optional<BackendId> primary, String reason) {
    view = new ClusterView(view.epoch() + 1, nodes, primary, reason);
    listeners.forEach(listener -> listener.accept(view));
  }

  @Override
  public ClusterView current() {
    return view;
  }

  @Override
  public Subscription listen(Consumer<ClusterView> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}

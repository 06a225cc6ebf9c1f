package org.relevo.proxy.freshness;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.routing.RoutingView;

/// The nodes' positions and the bounds of writes, belonging together: one decision must take both
/// from the same object, else it could compare positions of two timelines. Immutable, apart from
/// newer samples of the same primary, which only settle more writes.
public final class Positions {
  /// The bound of a write whose sample has not ended: no standby has replayed it.
  public static final Lsn UNSETTLED = new Lsn(-1L);

  private final RoutingView view;
  private final @Nullable PrimaryEra era;
  private final List<NodePosition> nodes;
  private final Demand demand;

  /// One node as last sampled, for people.
  ///
  /// @param sampled false when its position is not known; the other values are then empty
  /// @param position where a primary inserts, what a standby has replayed
  /// @param lagBytes behind the primary, -1 when not known
  /// @param lagMs the same as time, -1 when not known
  /// @param endedAtNs when it answered, [System#nanoTime]
  public record NodePosition(
      BackendId id,
      boolean sampled,
      boolean standby,
      long timeline,
      Lsn position,
      Lsn received,
      long lagBytes,
      long lagMs,
      int version,
      long number,
      long endedAtNs) {}

  /// @param demand learns of each bound that is asked for
  Positions(RoutingView view, @Nullable PrimaryEra era, List<NodePosition> nodes, Demand demand) {
    this.view = view;
    this.era = era;
    this.demand = demand;
    this.nodes = List.copyOf(nodes);
  }

  /// The nodes for the router.
  public RoutingView view() {
    return view;
  }

  public List<NodePosition> nodes() {
    return nodes;
  }

  /// What a standby of [#view] must have replayed so that it shows the write.
  ///
  /// @param mark from [Freshness#mark]
  /// @return [#UNSETTLED] while that is not known
  public Lsn bound(long mark) {
    demand.note();
    PrimaryEra now = era;
    if (now == null || now.confirmedEpoch() < Mark.epoch(mark)) {
      return UNSETTLED;
    }
    Lsn bound = now.bound(Mark.number(mark));
    return bound == null ? UNSETTLED : bound;
  }

  /// Whether a standby of the view has replayed so far.
  public boolean replayedByAny(Lsn bound) {
    List<RoutingView.Node> all = view.nodes();
    for (int i = 0; i < all.size(); i++) {
      RoutingView.Node node = all.get(i);
      if (node.standby() && node.replayed() != null && node.replayed().compareTo(bound) >= 0) {
        return true;
      }
    }
    return false;
  }

  /// Whether the node has answered a sample that began after the mark was taken. A server
  /// connection that is older than such a sample is one of the same run of the server, so that what
  /// the sample shows as replayed is there. A standby that was restarted may begin behind where it
  /// was.
  public boolean sampledSince(BackendId node, long mark) {
    for (NodePosition each : nodes) {
      if (each.id().equals(node)) {
        return each.sampled() && each.number() >= Mark.number(mark);
      }
    }
    return false;
  }

  @Nullable PrimaryEra era() {
    return era;
  }
}

package org.relevo.proxy.freshness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.freshness.Positions.NodePosition;
import org.relevo.proxy.routing.RoutingView;

/// What is known of the nodes' positions, and what follows from it; no I/O, no clock.
///
/// - A sample counts for the role that the node had in that very sample: an answer of a node that
///   does not write never settles a write, one of a node that writes never makes it a standby.
/// - A standby counts while its newest timeline is that of the primary. PostgreSQL lets a standby
///   receive a timeline only when what it has replayed belongs to that timeline's past; so a replay
///   position past a bound of the timeline is on it.
/// - A change of the primary, of its connection or timeline ends the [PrimaryEra]; nothing is
///   settled until the new one has been asked.
///
/// Owner: the sampler's loop.
final class PositionBook {
  /// Lag of a node whose position is not known: behind any threshold.
  static final long UNKNOWN_BYTES = Long.MAX_VALUE;

  private final Map<BackendId, Known> known = new HashMap<>();
  private final Demand demand;
  private ClusterView view;
  private Map<BackendId, NodeShare> shares = Map.of();
  private @Nullable PrimaryEra era;

  /// A new era may begin with a later sample than this.
  private long eraAfter;

  private static final class Known {
    final NodeIdentity identity;
    long timeline;
    @Nullable Sample sample;

    Known(NodeIdentity identity) {
      this.identity = identity;
      this.timeline = identity.timeline();
    }
  }

  /// What a sample brought besides positions.
  enum Noted {
    NOTHING,
    ROLE_CHANGED,
    ERA_BEGUN
  }

  PositionBook(ClusterView view, Demand demand) {
    this.view = view;
    this.demand = demand;
  }

  void shares(Map<BackendId, NodeShare> next) {
    shares = Map.copyOf(next);
  }

  /// @param begun number of the newest sample that has begun
  void view(ClusterView next, long begun) {
    boolean same = next.primary().equals(view.primary());
    view = next;
    if (!same) {
      endEra(begun);
    } else if (era != null) {
      era.confirm(next.epoch());
    }
  }

  /// A connection to the node is there; what was known from the one before is not true any more.
  void opened(BackendId node, NodeIdentity identity, long begun) {
    known.put(node, new Known(identity));
    endEraOf(node, begun);
  }

  /// Nothing is known of the node any more.
  void lost(BackendId node, long begun) {
    known.remove(node);
    endEraOf(node, begun);
  }

  Noted sampled(BackendId node, Sample sample, long begun) {
    Known about = known.get(node);
    if (about == null) {
      return Noted.NOTHING;
    }
    Sample before = about.sample;
    about.sample = sample;
    about.timeline =
        sample.recovery() ? Math.max(about.timeline, sample.timeline()) : sample.timeline();
    Noted noted =
        before != null && before.recovery() != sample.recovery()
            ? Noted.ROLE_CHANGED
            : Noted.NOTHING;
    if (view.primary().isEmpty() || !view.primary().get().equals(node)) {
      return noted;
    }
    PrimaryEra now = era;
    if (sample.recovery()) {
      endEra(begun);
    } else if (now == null) {
      return begin(node, about, sample) ? Noted.ERA_BEGUN : noted;
    } else if (sample.timeline() != now.timeline()
        || sample.position().compareTo(now.position()) < 0) {
      endEra(begun);
    } else {
      now.add(sample);
    }
    return noted;
  }

  private boolean begin(BackendId node, Known about, Sample sample) {
    if (sample.number() <= eraAfter) {
      return false; // asked before the change: it may be an answer of the time before
    }
    era = new PrimaryEra(node, about.identity.systemIdentifier(), view.epoch(), sample);
    return true;
  }

  private void endEraOf(BackendId node, long begun) {
    if (view.primary().isPresent() && view.primary().get().equals(node)) {
      endEra(begun);
    }
  }

  private void endEra(long begun) {
    era = null;
    eraAfter = begun;
  }

  /// Whether the primary can be asked, so that waiting for a sample makes sense.
  boolean primaryKnown() {
    return view.primary().isPresent() && known.containsKey(view.primary().get());
  }

  /// Number of the newest sample that settles writes; 0 while there is none.
  long settled() {
    PrimaryEra now = era;
    return now == null ? 0 : now.last();
  }

  /// Whether every standby that counts has replayed what was written before sample `number` began.
  boolean caughtUp(long number) {
    PrimaryEra now = era;
    Lsn bound = now == null ? null : now.bound(number);
    if (now == null || bound == null) {
      return false;
    }
    for (NodeView node : view.nodes()) {
      Known about = known.get(node.id());
      if (about != null
          && counts(node, about, now)
          && about.sample != null
          && about.sample.position().compareTo(bound) < 0) {
        return false;
      }
    }
    return true;
  }

  /// @param nowNs [System#nanoTime]
  /// @param busy statements that a node runs for this service
  Positions positions(long nowNs, ToIntFunction<BackendId> busy) {
    List<RoutingView.Node> nodes = new ArrayList<>(view.nodes().size());
    List<NodePosition> details = new ArrayList<>(view.nodes().size());
    for (NodeView node : view.nodes()) {
      @Nullable Known about = known.get(node.id());
      NodePosition detail = detail(node, about, nowNs);
      details.add(detail);
      if (node.usable() && serves(node, about)) {
        nodes.add(served(node, detail, busy.applyAsInt(node.id())));
      }
    }
    return new Positions(new RoutingView(view.primary().orElse(null), nodes), era, details, demand);
  }

  private boolean isPrimary(NodeView node) {
    return view.primary().isPresent() && view.primary().get().equals(node.id());
  }

  /// Whether reads may go there at all: the primary, and a standby that is not known to follow
  /// somebody else or to have changed its role.
  private boolean serves(NodeView node, @Nullable Known about) {
    if (isPrimary(node)) {
      return true;
    }
    if (node.role() != NodeView.Role.STANDBY) {
      return false;
    }
    PrimaryEra now = era;
    return about == null
        || about.sample == null
        || (about.sample.recovery() && (now == null || follows(about, now)));
  }

  private boolean counts(NodeView node, Known about, PrimaryEra now) {
    return node.usable()
        && !isPrimary(node)
        && about.sample != null
        && about.sample.recovery()
        && follows(about, now);
  }

  private static boolean follows(Known about, PrimaryEra now) {
    return about.timeline == now.timeline()
        && about.identity.systemIdentifier() == now.systemIdentifier();
  }

  private RoutingView.Node served(NodeView node, NodePosition detail, int busy) {
    NodeShare share = shares.getOrDefault(node.id(), NodeShare.EQUAL);
    boolean standby = !isPrimary(node);
    boolean proven = standby && detail.lagBytes() >= 0;
    return new RoutingView.Node(
        node.id(),
        node.name(),
        standby,
        share.weight(),
        proven ? detail.position() : null,
        !standby ? 0 : proven ? detail.lagBytes() : UNKNOWN_BYTES,
        standby ? detail.lagMs() : 0,
        busy,
        share.zone());
  }

  private NodePosition detail(NodeView node, @Nullable Known about, long nowNs) {
    Sample sample = about == null ? null : about.sample;
    if (about == null || sample == null) {
      return new NodePosition(node.id(), false, false, -1, Lsn.ZERO, Lsn.ZERO, -1, -1, 0, 0, nowNs);
    }
    PrimaryEra now = era;
    long lagBytes = -1;
    long lagMs = -1;
    if (now != null && node.id().equals(now.node())) {
      lagBytes = 0;
      lagMs = 0;
    } else if (now != null && counts(node, about, now)) {
      lagBytes = Math.max(0, now.position().bytesAfter(sample.position()));
      lagMs = now.lagMs(sample.position(), nowNs);
      if (!now.remembers(sample.position())) {
        lagMs = Math.max(lagMs, sample.replayAgeMs());
      }
    }
    return new NodePosition(
        node.id(),
        true,
        sample.recovery(),
        about.timeline,
        sample.position(),
        sample.received(),
        lagBytes,
        lagMs,
        about.identity.version(),
        sample.number(),
        sample.endedAtNs());
  }
}

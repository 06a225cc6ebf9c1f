package org.relevo.proxy.routing;

import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// Chooses the node of a read that any node may run. Allocates nothing.
///
/// Owner: none; immutable.
final class Balancer {
  /// Of a position that is not known yet: nobody has replayed it.
  private static final Lsn NEVER = new Lsn(-1L);

  private static final Preference TO_STANDBY = new Preference(Preference.Kind.STANDBY, -1, 1);

  private final RoutingRules rules;

  Balancer(RoutingRules rules) {
    this.rules = rules;
  }

  /// The node for a new session when the choice is per session; null when no node takes reads.
  @Nullable BackendId forSession(SessionState session, RoutingView view, DoubleSupplier random) {
    RoutingView.Node node = choose(rules.redirects().of(session), view, random);
    return node == null ? null : node.id();
  }

  /// @param hint `standby` or a node's number or name, "" for none
  Route route(String hint, SessionState session, RoutingView view, DoubleSupplier random) {
    Lsn must = mustHaveReplayed(session);
    BackendId same = session.inTransaction() ? session.transactionNode() : null;
    if (same != null) {
      RoutingView.Node node = view.find(same);
      if (node != null && hasReplayed(node, must)) {
        return Route.to(same, Reason.SAME_NODE);
      }
      return Route.by(node == null ? Reason.NO_NODE : Reason.NOT_REPLAYED);
    }
    if (!hint.isEmpty()) {
      RoutingView.Node hinted = hinted(hint, view, random);
      if (hinted != null) {
        return hasReplayed(hinted, must)
            ? Route.to(hinted.id(), Reason.HINTED)
            : otherThan(hinted, must, view, random);
      }
    }
    Preference preference = rules.redirects().of(session);
    boolean redirected = preference.kind() != Preference.Kind.NONE;
    RoutingView.Node node = rules.perStatement() ? null : sessionNode(session, view);
    if (node == null) {
      node = choose(preference, view, random);
    }
    Reason reason = redirected ? Reason.REDIRECTED : Reason.BALANCED;
    if (session.inTransaction() && session.readOnly() && !redirected) {
      RoutingView.Node standby =
          node != null && node.standby() ? node : choose(TO_STANDBY, view, random);
      node = standby == null ? node : standby;
      reason = node != null && node.standby() ? Reason.READ_ONLY_TRANSACTION : reason;
    }
    if (node == null) {
      return Route.by(Reason.NO_NODE);
    }
    return checked(node, reason, must, view, random);
  }

  private Route checked(
      RoutingView.Node node,
      Reason reason,
      @Nullable Lsn must,
      RoutingView view,
      DoubleSupplier random) {
    if (!hasReplayed(node, must)) {
      return otherThan(node, must, view, random);
    }
    if (!late(node)) {
      return Route.to(node.id(), reason);
    }
    RoutingView.Node other = rules.preferLowerDelay() ? leastLate(must, view, random) : null;
    return other == null ? Route.by(Reason.LAGGING) : Route.to(other.id(), Reason.LOWER_DELAY);
  }

  private Route otherThan(
      RoutingView.Node node, @Nullable Lsn must, RoutingView view, DoubleSupplier random) {
    RoutingView.Node other = weighted(view, true, node.id(), must, true, random);
    return other == null ? Route.by(Reason.NOT_REPLAYED) : Route.to(other.id(), Reason.CAUGHT_UP);
  }

  private static RoutingView.@Nullable Node sessionNode(SessionState session, RoutingView view) {
    BackendId id = session.sessionNode();
    return id == null ? null : view.find(id);
  }

  private RoutingView.@Nullable Node hinted(String hint, RoutingView view, DoubleSupplier random) {
    if (hint.equals("standby")) {
      return choose(TO_STANDBY, view, random);
    }
    for (int i = 0; i < view.nodes().size(); i++) {
      RoutingView.Node node = view.nodes().get(i);
      if (hint.equals(node.name()) || names(hint, node.id().value())) {
        return node;
      }
    }
    return null;
  }

  private static boolean names(String hint, int node) {
    int from = hint.startsWith("node") ? 4 : 0;
    int digits = hint.length() - from;
    return digits >= 1
        && digits <= 3
        && hint.chars().skip(from).allMatch(c -> c >= '0' && c <= '9')
        && Integer.parseInt(hint, from, hint.length(), 10) == node;
  }

  private @Nullable Lsn mustHaveReplayed(SessionState session) {
    return switch (rules.consistency()) {
      case EVENTUAL -> null;
      case SESSION -> session.mustHaveReplayed();
      case GLOBAL -> {
        Lsn anybodys = session.mustHaveReplayed();
        yield anybodys == null ? NEVER : anybodys;
      }
    };
  }

  private static boolean hasReplayed(RoutingView.Node node, @Nullable Lsn must) {
    if (!node.standby() || must == null) {
      return true;
    }
    Lsn replayed = node.replayed();
    return replayed != null && replayed.compareTo(must) >= 0;
  }

  private boolean late(RoutingView.Node node) {
    return node.standby()
        && (over(node.lagBytes(), rules.delayBytes()) || over(node.lagMs(), rules.delayMs()));
  }

  /// A delay that is not known is too much.
  private static boolean over(long lag, long threshold) {
    return threshold > 0 && (lag < 0 || lag > threshold);
  }

  private RoutingView.@Nullable Node choose(
      Preference preference, RoutingView view, DoubleSupplier random) {
    if (preference.kind() == Preference.Kind.NONE) {
      return byChoice(view, false, null, random);
    }
    boolean follows = random.getAsDouble() < preference.share();
    if (preference.kind() == Preference.Kind.STANDBY) {
      RoutingView.Node standby = follows ? byChoice(view, true, null, random) : null;
      return standby == null ? primary(view) : standby;
    }
    RoutingView.Node named =
        preference.kind() == Preference.Kind.PRIMARY
            ? primary(view)
            : byNumber(view, preference.node());
    if (named != null && follows) {
      return named;
    }
    return byChoice(view, false, named == null ? null : named.id(), random);
  }

  private static RoutingView.@Nullable Node primary(RoutingView view) {
    return view.primary() == null ? null : view.find(view.primary());
  }

  private static RoutingView.@Nullable Node byNumber(RoutingView view, int number) {
    for (int i = 0; i < view.nodes().size(); i++) {
      if (view.nodes().get(i).id().value() == number) {
        return view.nodes().get(i);
      }
    }
    return null;
  }

  /// By `load_balance_choice`.
  private RoutingView.@Nullable Node byChoice(
      RoutingView view, boolean standbys, @Nullable BackendId but, DoubleSupplier random) {
    return switch (rules.choice()) {
      case WEIGHT -> weighted(view, standbys, but, null, false, random);
      case LEAST_LAGGED -> {
        RoutingView.Node least = leastLagged(view, but, null, false, random);
        yield least != null ? least : weighted(view, standbys, but, null, false, random);
      }
      case LEAST_LOADED -> leastLoaded(view, standbys, but, random);
    };
  }

  /// At random by weight, of those in the service's own zone when there are any.
  ///
  /// @param but not this one
  /// @param timely whether late ones are left out
  private RoutingView.@Nullable Node weighted(
      RoutingView view,
      boolean standbys,
      @Nullable BackendId but,
      @Nullable Lsn must,
      boolean timely,
      DoubleSupplier random) {
    boolean zoned = !rules.zone().isEmpty();
    double total = zoned ? total(view, standbys, but, must, timely, true) : 0;
    if (total <= 0) {
      zoned = false;
      total = total(view, standbys, but, must, timely, false);
    }
    if (total <= 0) {
      return null;
    }
    double at = random.getAsDouble() * total;
    RoutingView.Node last = null;
    for (int i = 0; i < view.nodes().size(); i++) {
      RoutingView.Node node = view.nodes().get(i);
      if (takes(node, standbys, but, must, timely, zoned)) {
        last = node;
        at -= node.weight();
        if (at < 0) {
          return node;
        }
      }
    }
    return last;
  }

  private double total(
      RoutingView view,
      boolean standbys,
      @Nullable BackendId but,
      @Nullable Lsn must,
      boolean timely,
      boolean zoned) {
    double total = 0;
    for (int i = 0; i < view.nodes().size(); i++) {
      RoutingView.Node node = view.nodes().get(i);
      total += takes(node, standbys, but, must, timely, zoned) ? node.weight() : 0;
    }
    return total;
  }

  private boolean takes(
      RoutingView.Node node,
      boolean standbys,
      @Nullable BackendId but,
      @Nullable Lsn must,
      boolean timely,
      boolean zoned) {
    return node.weight() > 0
        && (node.standby() || !standbys)
        && !node.id().equals(but)
        && (!zoned || node.zone().equals(rules.zone()))
        && hasReplayed(node, must)
        && (!timely || !late(node));
  }

  /// In place of a standby that is late.
  private RoutingView.@Nullable Node leastLate(
      @Nullable Lsn must, RoutingView view, DoubleSupplier random) {
    return leastLagged(view, null, must, true, random);
  }

  /// The standby with the least delay; of equals one at random by weight.
  private RoutingView.@Nullable Node leastLagged(
      RoutingView view,
      @Nullable BackendId but,
      @Nullable Lsn must,
      boolean timely,
      DoubleSupplier random) {
    for (boolean zoned = !rules.zone().isEmpty(); ; zoned = false) {
      RoutingView.Node best = null;
      double weights = 0;
      for (int i = 0; i < view.nodes().size(); i++) {
        RoutingView.Node node = view.nodes().get(i);
        if (!takes(node, true, but, must, timely, zoned)) {
          continue;
        }
        int order = best == null ? -1 : Long.compare(lag(node), lag(best));
        weights = order < 0 ? node.weight() : order == 0 ? weights + node.weight() : weights;
        if (order < 0 || (order == 0 && random.getAsDouble() * weights < node.weight())) {
          best = node;
        }
      }
      if (best != null || !zoned) {
        return best;
      }
    }
  }

  private static long lag(RoutingView.Node node) {
    return node.lagBytes() < 0 ? Long.MAX_VALUE : node.lagBytes();
  }

  private RoutingView.@Nullable Node leastLoaded(
      RoutingView view, boolean standbys, @Nullable BackendId but, DoubleSupplier random) {
    for (boolean zoned = !rules.zone().isEmpty(); ; zoned = false) {
      RoutingView.Node best = null;
      double weights = 0;
      for (int i = 0; i < view.nodes().size(); i++) {
        RoutingView.Node node = view.nodes().get(i);
        if (!takes(node, standbys, but, null, false, zoned)) {
          continue;
        }
        int order = best == null ? -1 : Double.compare(load(node), load(best));
        weights = order < 0 ? node.weight() : order == 0 ? weights + node.weight() : weights;
        if (order < 0 || (order == 0 && random.getAsDouble() * weights < node.weight())) {
          best = node;
        }
      }
      if (best != null || !zoned) {
        return best;
      }
    }
  }

  private static double load(RoutingView.Node node) {
    return node.busy() / node.weight();
  }
}

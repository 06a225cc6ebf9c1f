package org.relevo.proxy.routing;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;

/// Answer of the [Router].
///
/// @param node for [Target#NODE] only
/// @param reason the rule that decided
public record Route(Target target, @Nullable BackendId node, Reason reason) {
  /// Where the text is to run.
  public enum Target {
    /// The node that may be given writes, as known when the statement is sent.
    PRIMARY,
    /// [Route#node()], a standby or the primary, chosen by balancing.
    NODE,
    /// Every node that the session uses now or will use: BEGIN, SET, SAVEPOINT, COMMIT, DISCARD. It
    /// runs where the session is at (the primary when it is nowhere), and is repeated on another
    /// node before that one runs something.
    SESSION
  }

  private static final Map<Reason, Route> WITHOUT_NODE = new EnumMap<>(Reason.class);

  /// By node, filled when first asked for. Threads may make one twice: they are equal.
  private static final Map<Reason, @Nullable Route[]> WITH_NODE = new EnumMap<>(Reason.class);

  static {
    for (Reason reason : Reason.values()) {
      Target target = reason.goes() == Reason.Goes.SESSION ? Target.SESSION : Target.PRIMARY;
      WITHOUT_NODE.put(reason, new Route(target, null, reason));
      WITH_NODE.put(reason, new Route[BackendId.MAX + 1]);
    }
  }

  /// To the primary or to the session's nodes, as the reason says.
  static Route by(Reason reason) {
    return Objects.requireNonNull(WITHOUT_NODE.get(reason));
  }

  static Route to(BackendId node, Reason reason) {
    @Nullable Route[] routes = Objects.requireNonNull(WITH_NODE.get(reason));
    Route known = routes[node.value()];
    if (known == null) {
      known = new Route(Target.NODE, node, reason);
      routes[node.value()] = known;
    }
    return known;
  }

  /// [#node()] of a route to one.
  public BackendId requireNode() {
    return Objects.requireNonNull(node, "route without node");
  }

  /// Whether the statement may change what later reads must see ([Reason#writes()]).
  public boolean writes() {
    return reason.writes();
  }
}

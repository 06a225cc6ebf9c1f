package org.relevo.proxy.routing;

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

  private static final Route[] WITHOUT_NODE = withoutNode();

  /// By reason and node, filled when first asked for. Threads may make one twice: they are equal.
  private static final @Nullable Route[] WITH_NODE =
      new Route[Reason.values().length * (BackendId.MAX + 1)];

  private static Route[] withoutNode() {
    Reason[] reasons = Reason.values();
    Route[] routes = new Route[reasons.length];
    for (Reason reason : reasons) {
      Target target = reason.goes() == Reason.Goes.SESSION ? Target.SESSION : Target.PRIMARY;
      routes[reason.ordinal()] = new Route(target, null, reason);
    }
    return routes;
  }

  /// To the primary or to the session's nodes, as the reason says.
  static Route by(Reason reason) {
    return WITHOUT_NODE[reason.ordinal()];
  }

  static Route to(BackendId node, Reason reason) {
    int at = reason.ordinal() * (BackendId.MAX + 1) + node.value();
    Route known = WITH_NODE[at];
    if (known == null) {
      known = new Route(Target.NODE, node, reason);
      WITH_NODE[at] = known;
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

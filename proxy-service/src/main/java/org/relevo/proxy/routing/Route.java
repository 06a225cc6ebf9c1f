package org.relevo.proxy.routing;

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
}

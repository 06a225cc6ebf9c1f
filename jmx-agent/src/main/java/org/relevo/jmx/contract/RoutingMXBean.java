package org.relevo.jmx.contract;

import java.util.List;

/// Where statements go and why.
public interface RoutingMXBean {
  /// Longest text that is explained, in characters.
  int MAX_TEXT = 1_000_000;

  /// The nodes as balancing sees them now.
  List<RouteNode> getNodes();

  /// Decides as for a new session outside a transaction, and runs nothing.
  ///
  /// @param sql one query string
  /// @param user role of the session; "" for any
  /// @param database its database; "" for any: nothing is known of tables and functions then
  /// @throws IllegalArgumentException when the text is longer than [#MAX_TEXT]
  @RequiresRole(Role.MONITOR)
  RouteExplanation explainRoute(String sql, String user, String database);
}

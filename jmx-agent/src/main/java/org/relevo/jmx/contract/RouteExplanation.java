package org.relevo.jmx.contract;

import java.util.List;

/// Where a query string goes and why.
///
/// @param target `primary`; `node`, the one named; `session`, every node that the session uses
/// @param nodeId of the node that it would go to now, -1 when there is none or it is every one
/// @param nodeName its name, "" for none
/// @param reason name of the rule that decided
/// @param rule the rule as a sentence
/// @param writes whether later reads must see what it did
/// @param understood whether the text is SQL as far as is known
/// @param statements in order
/// @param nodes as balancing sees them
public record RouteExplanation(
    String target,
    int nodeId,
    String nodeName,
    String reason,
    String rule,
    boolean writes,
    boolean understood,
    List<RoutedStatement> statements,
    List<RouteNode> nodes) {
  public RouteExplanation {
    statements = List.copyOf(statements);
    nodes = List.copyOf(nodes);
  }
}

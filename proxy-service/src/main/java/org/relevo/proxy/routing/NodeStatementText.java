package org.relevo.proxy.routing;

import org.relevo.proxy.core.BackendId;

/// The words of `log_per_node_statement` and `notice_per_node_statement`, as pgpool-II has them, so
/// that what reads its logs and notices goes on working.
public final class NodeStatementText {
  /// Longest part of a statement that is told.
  static final int MAX_STATEMENT = 10_000;

  private NodeStatementText() {}

  /// @param processId of the server's process
  public static String logged(BackendId node, int processId, String statement) {
    return "DB node id: %d backend pid: %d statement: %s"
        .formatted(node.value(), processId, cut(statement));
  }

  public static String noticed(BackendId node, String statement) {
    return "DB node id: %d statement: %s".formatted(node.value(), cut(statement));
  }

  private static String cut(String statement) {
    if (statement.length() <= MAX_STATEMENT) {
      return statement;
    }
    int end = MAX_STATEMENT;
    end -= Character.isHighSurrogate(statement.charAt(end - 1)) ? 1 : 0;
    return statement.substring(0, end) + "…";
  }
}

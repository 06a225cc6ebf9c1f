package org.relevo.jmx.contract;

import java.util.List;

/// Statements of one shape, of one database and user, since start or reset.
///
/// @param fingerprint 16 hexadecimal digits; the same on every service of the same version
/// @param text the shape: `?` for constants and parameters; has no value of any statement
/// @param calls with those that failed
/// @param rows as the server's command tags count them
/// @param totalMs from the sending to the end of the answer
/// @param p50Ms this and the other percentiles are within 6.25 % of the true value
/// @param nodes by number
public record StatementInfo(
    String fingerprint,
    String database,
    String user,
    String text,
    long calls,
    long errors,
    long rows,
    double totalMs,
    double meanMs,
    double p50Ms,
    double p95Ms,
    double p99Ms,
    double maxMs,
    List<StatementNode> nodes) {
  public StatementInfo {
    nodes = List.copyOf(nodes);
  }
}

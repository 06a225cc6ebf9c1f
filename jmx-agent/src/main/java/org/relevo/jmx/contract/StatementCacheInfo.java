package org.relevo.jmx.contract;

/// Prepared statements that the service keeps for its clients.
///
/// @param distinctStatements different statements known now
/// @param clientStatements named statements of all clients now
/// @param serverStatements statements on all server connections now
/// @param clientParsesTotal statements that clients have asked to prepare
/// @param serverParsesTotal statements that servers were made to prepare
/// @param bindsTotal executions prepared by clients
/// @param hitsTotal executions that found their statement on the server connection
/// @param evictionsTotal statements given up for newer ones
public record StatementCacheInfo(
    int distinctStatements,
    int clientStatements,
    int serverStatements,
    long clientParsesTotal,
    long serverParsesTotal,
    long bindsTotal,
    long hitsTotal,
    long evictionsTotal) {
  /// What a service without shared pools tells.
  public static StatementCacheInfo none() {
    return new StatementCacheInfo(0, 0, 0, 0, 0, 0, 0, 0);
  }
}

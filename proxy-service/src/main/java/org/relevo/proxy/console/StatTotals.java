package org.relevo.proxy.console;

/// What one database's clients have done; either sums since start or what [StatsWindow] makes of
/// two of them.
///
/// @param assignments times that a server connection was given to a client
/// @param received bytes from clients
/// @param sent bytes to clients
/// @param transactionUs time in transactions
/// @param queryUs time in statements
/// @param waitUs time that clients waited for a server connection
/// @param clientParses statements that clients prepared
/// @param serverParses statements that servers were made to prepare
/// @param binds executions of prepared statements
public record StatTotals(
    long assignments,
    long transactions,
    long queries,
    long received,
    long sent,
    long transactionUs,
    long queryUs,
    long waitUs,
    long clientParses,
    long serverParses,
    long binds) {
  public static final StatTotals ZERO = new StatTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  public StatTotals plus(StatTotals other) {
    return new StatTotals(
        assignments + other.assignments,
        transactions + other.transactions,
        queries + other.queries,
        received + other.received,
        sent + other.sent,
        transactionUs + other.transactionUs,
        queryUs + other.queryUs,
        waitUs + other.waitUs,
        clientParses + other.clientParses,
        serverParses + other.serverParses,
        binds + other.binds);
  }
}

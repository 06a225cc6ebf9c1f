package org.relevo.jmx.contract;

import java.util.List;

/// One process of a server as `pg_stat_activity` shows it, joined with what the machine tells of it
/// when the server runs on the machine of this service.
///
/// @param pid the server's process
/// @param type `client backend`, `autovacuum worker`, `walsender`, …
/// @param clientAddress "" for a local socket or a background process
/// @param state `active`, `idle`, `idle in transaction`, …; "" when not shown
/// @param waitEvent such as `Lock:transactionid` or `IO:DataFileRead`; "" when it does not wait
/// @param transactionMs how long its transaction has lasted
/// @param queryMs how long its statement has run; of an idle one, how long it ran
/// @param stateMs how long it has been in this state
/// @param query at most 1000 characters
/// @param blockedBy processes that it waits for
/// @param cpuLoad processors in use, 1 is one whole processor; over the time since the last look
/// @param cpuMsTotal since the process started
/// @param rssBytes with the part of shared memory that it has touched
/// @param readBytesPerSecond from devices
/// @param writtenBytesPerSecond to devices
public record SessionInfo(
    int pid,
    String type,
    String database,
    String user,
    String application,
    String clientAddress,
    int clientPort,
    String state,
    String waitEvent,
    long startedAtEpochMs,
    long transactionMs,
    long queryMs,
    long stateMs,
    String query,
    List<Integer> blockedBy,
    double cpuLoad,
    long cpuMsTotal,
    long rssBytes,
    double readBytesPerSecond,
    double writtenBytesPerSecond) {
  public SessionInfo {
    blockedBy = List.copyOf(blockedBy);
  }
}

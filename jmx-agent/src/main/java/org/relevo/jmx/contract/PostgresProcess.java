package org.relevo.jmx.contract;

/// One process of PostgreSQL on the machine of this service, as `ps` and `iotop` show it.
///
/// @param cluster the postmaster's process, which tells servers of one machine apart
/// @param role `postmaster`, `client backend`, `checkpointer`, `walwriter`, …, read from the title
/// @param activity the rest of the title, such as `idle in transaction`
/// @param cpuLoad processors in use, 1 is one whole processor; over the time since the last look
/// @param cpuMsTotal since the process started
/// @param rssBytes with the part of shared memory that it has touched
/// @param pssBytes its share of memory, with shared pages divided among those who use them
/// @param readBytesPerSecond from devices
/// @param writtenBytesPerSecond to devices
/// @param waitEvent as `pg_stat_activity` tells, "" when it does not wait or is not known
public record PostgresProcess(
    int pid,
    int cluster,
    String role,
    String database,
    String user,
    String client,
    String activity,
    String processState,
    double cpuLoad,
    long cpuMsTotal,
    long rssBytes,
    long pssBytes,
    double readBytesPerSecond,
    double writtenBytesPerSecond,
    long readBytesTotal,
    long writtenBytesTotal,
    String waitEvent) {}

package org.relevo.jmx.contract;

/// A VACUUM, ANALYZE, CREATE INDEX, CLUSTER, COPY or base backup in progress.
///
/// @param command such as `VACUUM`
/// @param relation `schema.name` in the database asked, else its number; "" for a base backup
/// @param phase in the server's words
/// @param done blocks, bytes or tuples
/// @param total of the same; -1 when not known
public record ProgressInfo(
    int pid,
    String database,
    String command,
    String relation,
    String phase,
    long done,
    long total) {}

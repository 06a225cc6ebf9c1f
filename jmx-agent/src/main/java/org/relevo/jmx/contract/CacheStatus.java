package org.relevo.jmx.contract;

import java.util.List;

/// Shared buffers and page cache of one server and database.
///
/// @param extension whether `pg_buffercache` is there in this database
/// @param installable whether it could be made there
/// @param sharedBuffersBytes the setting
/// @param usedBytes buffers that hold something, of any database
/// @param dirtyBytes of those, not written yet
/// @param databaseBytes size of the database
/// @param pageCacheBytes of the database's files; -1 when not known
/// @param missing what cannot be told and why
public record CacheStatus(
    String database,
    boolean extension,
    boolean installable,
    long sharedBuffersBytes,
    long usedBytes,
    long dirtyBytes,
    long databaseBytes,
    long pageCacheBytes,
    List<String> missing) {
  public CacheStatus {
    missing = List.copyOf(missing);
  }
}

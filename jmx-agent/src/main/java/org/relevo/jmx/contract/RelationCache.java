package org.relevo.jmx.contract;

/// How much of a relation is in memory.
///
/// @param kind `table`, `index`, `toast`, `sequence`, `materialized view`
/// @param sizeBytes all forks on disk
/// @param bufferBytes in shared buffers
/// @param dirtyBytes of those, not written yet
/// @param usage mean usage count of its buffers, 0 to 5
/// @param pageCacheBytes in the page cache of the machine; -1 when not known
public record RelationCache(
    String schema,
    String name,
    String kind,
    long sizeBytes,
    long bufferBytes,
    long dirtyBytes,
    double usage,
    long pageCacheBytes) {}

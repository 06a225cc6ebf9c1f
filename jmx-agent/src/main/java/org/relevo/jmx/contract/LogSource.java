package org.relevo.jmx.contract;

/// A log that can be tailed.
///
/// @param id stable, such as `relevo` or `postgres-0`
/// @param kind `relevo`, `postgres`
/// @param nodeId -1 for the service's own
public record LogSource(String id, String kind, int nodeId, String path, long sizeBytes) {}

package org.relevo.app.model;

import java.util.Map;

/// What the model has already, so that a poll asks for the newer only.
///
/// @param serviceStartedAtEpochMs 0 before the first poll; when the service's own differs, it was
///   started anew and everything is asked from 0
public record Sequences(
    long serviceStartedAtEpochMs,
    long pool,
    long host,
    Map<Integer, Long> postgres,
    long benchmark,
    long events) {
  public static final Sequences NONE = new Sequences(0, 0, 0, Map.of(), 0, 0);

  public Sequences {
    postgres = Map.copyOf(postgres);
  }

  public long postgres(int nodeId) {
    return postgres.getOrDefault(nodeId, 0L);
  }
}

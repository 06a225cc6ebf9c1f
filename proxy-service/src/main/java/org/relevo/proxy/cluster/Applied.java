package org.relevo.proxy.cluster;

/// What came of a command.
///
/// @param refusal why it changed nothing, "" when it took effect
public record Applied(ClusterState state, String refusal) {
  public boolean refused() {
    return !refusal.isEmpty();
  }
}

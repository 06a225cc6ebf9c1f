package org.relevo.proxy.cluster;

/// When a commit counts as safe, as configured.
///
/// @param mode how
/// @param need standbys that must have a commit before it is acknowledged (W - 1)
/// @param strict whether writes rather wait than go on with fewer standbys than `need`; otherwise
///   they go on and there is no automatic failover until enough standbys are back
/// @param lossBoundBytes in ASYNC mode how far a candidate may be behind the last known position of
///   the lost primary
public record SyncRule(Mode mode, int need, boolean strict, long lossBoundBytes) {
  /// Modes.
  public enum Mode {
    /// Nobody waits; a failover may lose up to the bound.
    ASYNC,
    /// `ANY need (…)`; promoted only when R + W > N is proven.
    QUORUM
  }
}

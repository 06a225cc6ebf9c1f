package org.relevo.proxy.freshness;

import java.time.Duration;
import java.util.Map;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.core.BackendId;

/// How positions are sampled, replaced as a whole by a reload.
///
/// @param period between two samples while somebody waits for one: `position_sample_period`
/// @param user role that asks, member of `pg_monitor`; "" when nobody is to ask: then no position
///   is known, and sessions that have written read from the primary
/// @param shares each node's part in balancing; nodes that are missing count as equal
public record PositionSettings(
    Duration period,
    String user,
    Secret password,
    String database,
    Map<BackendId, NodeShare> shares) {
  /// Longest time for an answer; then the node's position is not known.
  static final Duration LIMIT = Duration.ofSeconds(1);

  /// Longest time to connect and log in.
  static final Duration OPEN_LIMIT = Duration.ofSeconds(5);

  /// Nobody asks.
  public static final PositionSettings NONE =
      new PositionSettings(Duration.ofMillis(5), "", Secret.NONE, "postgres", Map.of());

  public PositionSettings {
    if (period.toMillis() < 1 || period.compareTo(LIMIT) > 0) {
      throw new IllegalArgumentException("position_sample_period must be 1 ms to 1 s");
    }
    shares = Map.copyOf(shares);
  }

  boolean enabled() {
    return !user.isEmpty();
  }
}

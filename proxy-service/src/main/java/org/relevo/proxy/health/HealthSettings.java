package org.relevo.proxy.health;

import java.time.Duration;

/// How a node is watched.
///
/// @param period between two probes
/// @param timeout of one probe: connecting, logging in and the query
/// @param retries failed probes that are tried again before the node counts as down
/// @param retryDelay before such another try
public record HealthSettings(Duration period, Duration timeout, int retries, Duration retryDelay) {
  public static final HealthSettings DEFAULT =
      new HealthSettings(Duration.ofMillis(500), Duration.ofSeconds(1), 2, Duration.ofMillis(200));

  public HealthSettings {
    if (period.toMillis() < 10 || timeout.toMillis() < 10) {
      throw new IllegalArgumentException("health period and timeout must be at least 10 ms");
    }
    if (retries < 0 || retries > 1000 || retryDelay.isNegative()) {
      throw new IllegalArgumentException("health retries must be 0 to 1000 with a positive delay");
    }
  }
}

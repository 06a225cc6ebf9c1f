package org.relevo.proxy.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.relevo.proxy.core.BackendId;

/// Reads how servers are watched, in general and each by itself.
///
/// Owner: the thread that reads the configuration.
record ProbingReader(SettingValues values) {
  private static final String PERIOD = "health_check_period";
  private static final String TIMEOUT = "health_check_timeout";
  private static final String RETRIES = "health_check_max_retries";
  private static final String DELAY = "health_check_retry_delay";

  ProxyConfig.Probing usual() {
    return new ProxyConfig.Probing(
        values.durationUnlessZero(PERIOD),
        values.durationUnlessZero(TIMEOUT),
        values.integer(RETRIES),
        values.duration(DELAY));
  }

  Map<BackendId, ProxyConfig.Probing> own(List<ProxyConfig.Backend> backends) {
    Map<BackendId, ProxyConfig.Probing> own = new HashMap<>();
    for (ProxyConfig.Backend backend : backends) {
      int node = backend.id().value();
      if (Stream.of(PERIOD, TIMEOUT, RETRIES, DELAY).anyMatch(name -> values.isSet(name + node))) {
        own.put(
            backend.id(),
            new ProxyConfig.Probing(
                time(PERIOD, node, true),
                time(TIMEOUT, node, true),
                values.isSet(RETRIES + node)
                    ? values.integer(RETRIES + "N", RETRIES + node)
                    : values.integer(RETRIES),
                time(DELAY, node, false)));
      }
    }
    return own;
  }

  /// 0 of a time that must be is the general setting, as for pgpool-II.
  private Duration time(String name, int node, boolean needed) {
    Duration general = needed ? values.durationUnlessZero(name) : values.duration(name);
    if (!values.isSet(name + node)) {
      return general;
    }
    return values.duration(name + "N", name + node, needed ? general : Duration.ZERO);
  }
}

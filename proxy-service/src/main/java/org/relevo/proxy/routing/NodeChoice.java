package org.relevo.proxy.routing;

import java.util.Locale;

/// How one of several nodes is chosen; the setting `load_balance_choice`.
public enum NodeChoice {
  /// At random, in proportion to the weights.
  WEIGHT,
  /// The standby that is least behind.
  LEAST_LAGGED,
  /// The node with the fewest running statements for its weight.
  LEAST_LOADED;

  /// The word in the configuration.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

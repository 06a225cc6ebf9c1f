package org.relevo.proxy.routing;

import java.util.Locale;

/// What a read must see at least; the setting `read_consistency`.
public enum ReadConsistency {
  /// Whatever the chosen server has.
  EVENTUAL,
  /// What this session was told to be committed.
  SESSION,
  /// What anybody was told to be committed.
  GLOBAL;

  /// The word in the configuration.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

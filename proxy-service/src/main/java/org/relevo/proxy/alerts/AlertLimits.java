package org.relevo.proxy.alerts;

import org.relevo.proxy.config.AlertSettings;

/// Limits of rules.
///
/// @param lagBytes 0: no rule
/// @param waitingClients 0: no rule
/// @param repeatMs between two tellings of what goes on; 0: told once
record AlertLimits(long lagBytes, int waitingClients, long repeatMs) {
  static AlertLimits of(AlertSettings settings) {
    return new AlertLimits(
        settings.lagBytes(), settings.waitingClients(), settings.repeat().toMillis());
  }
}

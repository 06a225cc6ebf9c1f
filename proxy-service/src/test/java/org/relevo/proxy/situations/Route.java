package org.relevo.proxy.situations;

import java.util.Locale;

/// How a situation reaches the server.
enum Route {
  DIRECT,
  SESSION,
  TRANSACTION,
  STATEMENT;

  /// The value of `pool_mode`, or `direct`.
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.relevo.proxy.routing;

/// Where the redirect lists send the reads of a session.
///
/// @param share of the reads, or of the sessions, that follow it, 0 to 1
/// @param node number, for [Kind#NODE] only
record Preference(Kind kind, int node, double share) {
  static final Preference NONE = new Preference(Kind.NONE, -1, 0);

  enum Kind {
    NONE,
    PRIMARY,
    STANDBY,
    NODE
  }
}

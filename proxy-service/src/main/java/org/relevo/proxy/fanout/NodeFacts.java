package org.relevo.proxy.fanout;

import java.util.Set;

/// What a node shows of the transactions that it has committed.
///
/// @param horizon up to this marker none is kept
/// @param markers those that it has, of all databases
/// @param prepared names of transactions that clients have prepared
/// @param databases their names
record NodeFacts(long horizon, Set<Long> markers, Set<String> prepared, Set<String> databases) {
  NodeFacts {
    markers = Set.copyOf(markers);
    prepared = Set.copyOf(prepared);
    databases = Set.copyOf(databases);
  }
}

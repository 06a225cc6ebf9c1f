package org.relevo.proxy.cluster;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.relevo.proxy.core.BackendId;

/// `ANY need (names)` of PostgreSQL's `synchronous_standby_names`; need 0 is no waiting at all.
public record SyncSet(int need, SortedSet<BackendId> names) {
  public static final SyncSet NONE = new SyncSet(0, Collections.emptySortedSet());

  public SyncSet {
    names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
  }

  /// What covers both: whoever proves freshness against it has proven it against each.
  public SyncSet covering(SyncSet other) {
    TreeSet<BackendId> all = new TreeSet<>(names);
    all.addAll(other.names);
    return new SyncSet(Math.min(need, other.need), all);
  }
}

package org.relevo.proxy.cluster;

/// What the primary is asked to wait for, and what a proof of freshness counts on. They differ
/// while a change is under way: whatever the server may be using is contained in `counted` (its
/// names are among the counted ones, its need is not smaller), so that R + W > N holds in between.
///
/// @param number of `asked`; grows by one with each change
/// @param counted equals `asked` once the server uses it and `need` of its names have all that was
///   written before ("settled"); with need 0 nothing can be proven
public record SyncStanding(long number, SyncSet asked, SyncSet counted) {
  public static final SyncStanding NONE = new SyncStanding(0, SyncSet.NONE, SyncSet.NONE);

  public boolean settled() {
    return counted.equals(asked);
  }
}

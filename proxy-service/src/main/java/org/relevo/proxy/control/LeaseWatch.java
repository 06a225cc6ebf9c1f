package org.relevo.proxy.control;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.Lease;
import org.relevo.proxy.cluster.MemberId;

/// When the leases of members are surely over: counted from when this member applied the renewal,
/// by its own clock. What it knows only from a snapshot counts from the snapshot. Whether a lease
/// was renewed in the meantime is compared once more when a proof is applied. Owner: [MemberLogic].
class LeaseWatch {
  private final Timing timing;
  private final Map<MemberId, Long> granted = new HashMap<>();
  private final Map<MemberId, Long> overAtNs = new HashMap<>();

  LeaseWatch(Timing timing) {
    this.timing = timing;
  }

  void observe(ClusterState state, long nowNs) {
    for (Map.Entry<MemberId, Lease> entry : state.leases().entrySet()) {
      Lease lease = entry.getValue();
      Long known = granted.put(entry.getKey(), lease.granted());
      if (known == null || known != lease.granted()) {
        long waitMs = lease.lengthMs() == 0 ? 0 : lease.lengthMs() + (long) timing.marginMs();
        overAtNs.put(entry.getKey(), nowNs + Timing.ns(waitMs));
      }
    }
  }

  /// Whether the member's lease has been over for this long; one that never had any is over.
  boolean over(MemberId member, long extraMs, long nowNs) {
    Long at = overAtNs.get(member);
    return at == null || nowNs - at >= Timing.ns(extraMs);
  }

  boolean alive(MemberId member, long nowNs) {
    return overAtNs.containsKey(member) && !over(member, 0, nowNs);
  }

  /// The leases that are over, as they are named in the log.
  Proof proof(ClusterState state, long extraMs, boolean fenced, long nowNs) {
    TreeMap<MemberId, Long> over = new TreeMap<>();
    state
        .leases()
        .forEach((member, lease) -> {
          if (over(member, extraMs, nowNs)) {
            over.put(member, lease.granted());
          }
        });
    return new Proof(over, fenced);
  }
}

package org.relevo.proxy.control;

import java.util.List;
import java.util.TreeMap;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Lease;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.control.ServerCase.Permit;

/// This member's own lease: renews it in time and knows its deadline, which counts from before the
/// renewal was sent and moves only when this member has itself applied the renewal, and so all that
/// was agreed before it. Owner: [MemberLogic].
class OwnLease {
  /// How soon news are sent again when nothing is known of the renewal before.
  private static final long NEWS_AGAIN_MS = 200;

  private static final int MOST_SENT = 64;

  private final MemberId self;
  private final long run;
  private final Timing timing;
  private final TreeMap<Long, Long> sentAtNs = new TreeMap<>();
  private long lastSeq;
  private long lastSentNs;
  private boolean sentAny;
  private long deadlineNs;
  private boolean everHeld;
  private boolean released;

  OwnLease(MemberId self, long run, Timing timing) {
    this.self = self;
    this.run = run;
    this.timing = timing;
  }

  void observe(ClusterState state, Outbox out, long nowNs) {
    Lease lease = state.leases().get(self);
    if (lease == null) {
      return;
    }
    lastSeq = Math.max(lastSeq, lease.seq());
    Long sent = lease.run() == run ? sentAtNs.get(lease.granted()) : null;
    if (sent == null || lease.lengthMs() == 0 || released) {
      return;
    }
    long until = countedFrom(sent, nowNs) + Timing.ns((long) lease.lengthMs() - timing.marginMs());
    if (!everHeld || until > deadlineNs) {
      everHeld = true;
      deadlineNs = until;
      out.add(new Effect.WriteUntil(deadlineNs));
    }
    sentAtNs.headMap(lease.granted()).clear();
  }

  long countedFrom(long sentNs, long appliedNs) {
    return sentNs;
  }

  MemberId self() {
    return self;
  }

  boolean valid(long nowNs) {
    return everHeld && !released && nowNs - deadlineNs < 0;
  }

  Permit permit(long nowNs) {
    return valid(nowNs) ? Permit.VALID : everHeld ? Permit.OVER : Permit.NEVER;
  }

  /// @param news whether there is something that the others should know at once
  boolean due(ClusterState state, boolean news, long nowNs) {
    if (released || !state.members().containsKey(self)) {
      return false;
    }
    long passed = nowNs - lastSentNs;
    boolean answered = !sentAtNs.containsKey(lastSeq) || seen(state);
    return !sentAny
        || passed >= Timing.ns(timing.renewMs())
        || (news && (answered || passed >= Timing.ns(NEWS_AGAIN_MS)));
  }

  private boolean seen(ClusterState state) {
    Lease lease = state.leases().get(self);
    return lease != null && lease.seq() >= lastSeq;
  }

  void renew(
      long gateEpoch,
      List<Command.Renew.Reported> reports,
      List<Command.Renew.Observed> sights,
      Outbox out,
      long nowNs) {
    send(timing.leaseMs(), gateEpoch, reports, sights, out, nowNs);
  }

  /// Gives the lease back; nothing is renewed any more.
  void release(List<Command.Renew.Reported> reports, Outbox out, long nowNs) {
    send(0, 0, reports, List.of(), out, nowNs);
    retire(out, nowNs);
  }

  /// Lets the lease run out.
  void retire(Outbox out, long nowNs) {
    released = true;
    out.add(new Effect.WriteUntil(nowNs));
  }

  private void send(
      int lengthMs,
      long gateEpoch,
      List<Command.Renew.Reported> reports,
      List<Command.Renew.Observed> sights,
      Outbox out,
      long nowNs) {
    lastSeq++;
    lastSentNs = nowNs;
    sentAny = true;
    sentAtNs.put(lastSeq, nowNs);
    while (sentAtNs.size() > MOST_SENT) {
      sentAtNs.pollFirstEntry();
    }
    out.propose(new Command.Renew(self, run, lastSeq, lengthMs, gateEpoch, reports, sights));
  }
}

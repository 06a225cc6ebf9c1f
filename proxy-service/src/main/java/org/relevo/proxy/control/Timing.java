package org.relevo.proxy.control;

/// Lengths of time of the control, milliseconds; see [#wrong].
///
/// @param leaseMs how long a [Lease] runs
/// @param renewMs how often it is renewed
/// @param marginMs what a holder ends its lease before, and what others wait beyond its end: clocks
///   may go 5 % wrong each
/// @param stopMarginMs how long a server may take to stop once its agent's lease is over
/// @param proposalMs after which a proposal without an answer is made again
/// @param actionRetryMs between two attempts of the same action
/// @param aheadMs shortest CHECKPOINT of a switchover: members log in at the target meanwhile, so
///   that no client has to wait for that
/// @param checkpointMs longest CHECKPOINT of a switchover
/// @param holdMs longest wait for open transactions in a switchover
/// @param demoteMs longest stop of the old primary in a switchover; in a failover then the fence
/// @param collectMs longest wait for standbys to report where they stand
/// @param restoreMs longest wait for the old primary on the way back
/// @param unseenMs how long a majority must see a server down that its agent says runs
/// @param restartMs how long a crashed primary is left to a failover before it is started in place
/// @param restingMs how long a primary that runs as a standby is left to its agent
/// @param byHandMs how long a primary that a person stopped is waited for; -1 for ever
/// @param syncLossMs how long a standby may be away before commits no longer wait for it
/// @param calmMs without automatic failover, after which the cluster is calm again
/// @param flapHardMs least time between two automatic failovers when the primary is surely gone;
///   doubles with each until calm
/// @param flapSoftMs the same when its agent says that the server runs
/// @param flapMostMs what doubling ends at
public record Timing(
    int leaseMs,
    int renewMs,
    int marginMs,
    int stopMarginMs,
    int proposalMs,
    int actionRetryMs,
    int aheadMs,
    int checkpointMs,
    int holdMs,
    int demoteMs,
    int collectMs,
    int restoreMs,
    int unseenMs,
    int restartMs,
    int restingMs,
    int byHandMs,
    int syncLossMs,
    int calmMs,
    int flapHardMs,
    int flapSoftMs,
    int flapMostMs) {
  public static final Timing DEFAULT =
      new Timing(
          3000, 375, 500, 1000, 2000, 2000, 500, 60_000, 2000, 15_000, 1000, 15_000, 3000, 2000,
          10_000, 60_000, 3000, 1_200_000, 10_000, 600_000, 1_200_000);

  /// What does not fit together, or "".
  public String wrong() {
    if (leaseMs <= 3 * renewMs + marginMs) {
      return "a lease must outlast three renewals and the margin";
    }
    // A holder's clock may be 5 % slow and that of one who waits 5 % fast: a twentieth, and as much
    // again for threads that come late.
    return 10 * marginMs <= leaseMs ? "the margin must be more than a tenth of a lease" : "";
  }

  public Timing withLease(int newLeaseMs, int newRenewMs, int newMarginMs) {
    return new Timing(
        newLeaseMs,
        newRenewMs,
        newMarginMs,
        stopMarginMs,
        proposalMs,
        actionRetryMs,
        aheadMs,
        checkpointMs,
        holdMs,
        demoteMs,
        collectMs,
        restoreMs,
        unseenMs,
        restartMs,
        restingMs,
        byHandMs,
        syncLossMs,
        calmMs,
        flapHardMs,
        flapSoftMs,
        flapMostMs);
  }

  public Timing withIntervals(int newCalmMs, int newHardMs, int newSoftMs, int newMostMs) {
    return new Timing(
        leaseMs,
        renewMs,
        marginMs,
        stopMarginMs,
        proposalMs,
        actionRetryMs,
        aheadMs,
        checkpointMs,
        holdMs,
        demoteMs,
        collectMs,
        restoreMs,
        unseenMs,
        restartMs,
        restingMs,
        byHandMs,
        syncLossMs,
        newCalmMs,
        newHardMs,
        newSoftMs,
        newMostMs);
  }

  static long ns(long ms) {
    return ms * 1_000_000L;
  }
}

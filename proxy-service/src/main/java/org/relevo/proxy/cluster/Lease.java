package org.relevo.proxy.cluster;

/// A member's permission to let clients write, until a deadline that only its holder and those who
/// wait for its end compute, each on an own monotonic clock (never a wall clock):
///
/// - the holder: the moment **before it sent** the renewal, plus `lengthMs`, less the margin, and
///   only once it has itself applied the renewal and so all that was agreed before it;
/// - anyone who waits: the moment **it applied** the renewal, plus `lengthMs`, plus the margin.
///
/// A release is a lease of length 0. While the writes of clients must be held, a renewal of a
/// member that does not say so is taken as news only: `seq` grows, `granted` does not, nor does the
/// lease.
///
/// @param run tells processes of the same member apart: a renewal of an earlier process extends
///   nothing for a later one
/// @param seq grows with each renewal, over all runs
/// @param granted the `seq` of the last renewal that extended the lease; names this lease
/// @param gateEpoch newest [Operation#gateEpoch] for which the member says that its clients' writes
///   are held and no transaction of theirs is open any more; 0 for none
public record Lease(long run, long seq, long granted, int lengthMs, long gateEpoch) {}

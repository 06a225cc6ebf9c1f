package org.relevo.proxy.resource;

/// What a member may do with a group, read as a whole.
///
/// @param known whether anything was heard of the cluster yet
/// @param number of the grant, for the word that it was let go
/// @param mine whether this member has it
/// @param leave whether it is asked to let it go
/// @param deadlineNs until when, of the monotonic clock; news move it
record Permit(boolean known, long number, boolean mine, boolean leave, long deadlineNs) {
  static final Permit NONE = new Permit(false, 0, false, false, 0);

  boolean valid(long nowNs) {
    return mine && nowNs - deadlineNs < 0;
  }

  boolean wanted(long nowNs) {
    return valid(nowNs) && !leave;
  }
}

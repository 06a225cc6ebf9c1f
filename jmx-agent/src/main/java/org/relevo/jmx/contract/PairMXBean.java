package org.relevo.jmx.contract;

/// Two machines that do without a third (`quorum = 'pair'`). Registered by their services; each
/// tells its own view.
public interface PairMXBean {
  PairStatus getStatus();

  /// Says that the other machine is dead, so that this one goes on alone. Whoever says so has made
  /// sure that it is off: when it is not, both may write.
  ///
  /// @param member its name
  /// @param oldData go on with this machine's data although the other's may be newer
  /// @param despiteSigns although the other machine answers somewhere
  /// @throws IllegalStateException with one sentence when it is refused
  @RequiresRole(Role.ADMIN)
  void confirmDead(String member, boolean oldData, boolean despiteSigns);
}

package org.relevo.jmx.contract;

import java.util.List;

/// The service address and other resources that one member at a time has. Registered by services
/// that control their servers (`cluster_control`); any of them can be asked.
///
/// Every act throws [IllegalStateException] with one sentence when it is refused, or when it is not
/// known whether it took effect.
public interface ServiceAddressMXBean {
  /// All groups that any member offers to have.
  List<ServiceGroup> getGroups();

  /// Asks the holder of a group to let it go for another member.
  ///
  /// @param group `service` is that of the service address
  /// @param member its name
  @RequiresRole(Role.OPERATOR)
  void move(String group, String member, String reason);

  /// Forgets that a group has failed at this member, which then offers to have it again.
  @RequiresRole(Role.OPERATOR)
  void clear(String group);
}

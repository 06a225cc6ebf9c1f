package org.relevo.jmx.contract;

import java.util.List;

/// The whole cluster. Emits a notification of type `org.relevo.<event name>` for every event; its
/// sequence number is the event's, its message is the event's text.
public interface ClusterMXBean {
  ClusterStatus getStatus();

  List<NodeInfo> getNodes();

  /// Who the caller is: the user name and role of this connection, such as `admin (ADMIN)`.
  String getCaller();

  /// @return events with a greater sequence, oldest first, at most 1000
  @RequiresRole(Role.MONITOR)
  List<EventRecord> eventsSince(long sequence);
}

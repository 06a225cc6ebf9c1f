package org.relevo.jmx.contract;

import java.util.List;

/// Clients, server connections, pools and their queues. Lists are pictures of one moment, put
/// together without stopping traffic: their parts may differ by a few milliseconds.
public interface PoolMXBean {
  /// Most rows of any list.
  int MAX_ROWS = 10_000;

  PoolInfo getInfo();

  /// @return samples with a greater sequence, oldest first, one a second
  @RequiresRole(Role.MONITOR)
  List<PoolSample> samplesSince(long sequence);

  /// By node, database and user; at most [#MAX_ROWS]. A service without shared pools has none.
  default List<PoolStatus> getPools() {
    return List.of();
  }

  default StatementCacheInfo getStatementCache() {
    return StatementCacheInfo.none();
  }

  /// Who waits for a server connection, longest first.
  ///
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  default List<QueueEntry> queue(int maxRows) {
    return List.of();
  }

  /// Newest first.
  ///
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  default List<ClientInfo> clients(int maxRows) {
    return List.of();
  }

  /// Newest first.
  ///
  /// @param maxRows 1 to [#MAX_ROWS]
  @RequiresRole(Role.MONITOR)
  default List<ServerConnectionInfo> serverConnections(int maxRows) {
    return List.of();
  }

  /// Ends a client's connection with SQLSTATE 57P01.
  ///
  /// @param clientId from [#clients]
  /// @throws IllegalStateException when there is no such client
  @RequiresRole(Role.ADMIN)
  default void killClient(long clientId) {
    throw new IllegalStateException("no client " + clientId);
  }

  /// Closes each server connection as soon as it is free; clients get new ones.
  ///
  /// @param database "" for all
  /// @throws IllegalStateException when there is no such database
  @RequiresRole(Role.OPERATOR)
  default void reconnect(String database) {
    throw new IllegalStateException("this service has no shared pools");
  }
}

package org.relevo.proxy.pool;

import java.time.Duration;
import java.util.List;

/// What holds for the pool of one database and user; replaced as a whole by a reload. A zero limit
/// or time means none.
///
/// @param size most server connections of this pool (`default_pool_size`), at least 1
/// @param minimum connections that are kept open once a client has come (`min_pool_size`)
/// @param queryWait most time in the queue (`query_wait_timeout`)
/// @param idleLife most idle time of a server connection (`child_life_time`)
/// @param life most age of a server connection, closed when it is free (`connection_life_time`)
/// @param maxUses clients or transactions after which it is closed (`child_max_connections`)
/// @param checkDelay idle time after which a connection is tried before it is used
///   (`connection_check_delay`)
/// @param resetQueries run between clients in session mode (`reset_query_list`)
/// @param resetAlways run them in the other modes too (`reset_query_always`)
/// @param preparedStatements most statements of the service on one connection
///   (`max_prepared_statements`)
/// @param reuseUnnamed whether unnamed statements are kept on servers (`unnamed_statement_reuse`)
/// @param clientIdle most time a client may be silent (`client_idle_limit`)
/// @param idleInTransaction most time a client may be silent in a transaction
///   (`idle_in_transaction_timeout`)
public record PoolSettings(
    PoolMode mode,
    int size,
    int minimum,
    Duration queryWait,
    Duration idleLife,
    Duration life,
    long maxUses,
    Duration checkDelay,
    List<String> resetQueries,
    boolean resetAlways,
    int preparedStatements,
    boolean reuseUnnamed,
    Duration clientIdle,
    Duration idleInTransaction) {
  /// The settings of a service that sets nothing.
  public static final PoolSettings DEFAULT =
      new PoolSettings(
          PoolMode.SESSION,
          100,
          0,
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ZERO,
          0,
          Duration.ofSeconds(30),
          List.of("ABORT", "DISCARD ALL"),
          false,
          200,
          true,
          Duration.ZERO,
          Duration.ZERO);

  public PoolSettings {
    resetQueries = List.copyOf(resetQueries);
  }
}

package org.relevo.proxy.console;

import java.time.Duration;

/// A database as its clients' pools are configured.
///
/// @param poolSize most server connections of one pool
/// @param minimum that are kept open
/// @param reserved kept for more important clients
/// @param life most age of a server connection, zero for no limit
/// @param mode its own `pool_mode`, "" when it has none
/// @param maxConnections to all pools of the database, 0 for no limit
public record DatabaseState(
    String name,
    int poolSize,
    int minimum,
    int reserved,
    Duration life,
    String mode,
    int maxConnections,
    boolean paused,
    boolean disabled) {}

package org.relevo.proxy.config;

import java.time.Duration;

/// How soon an automatic failover may follow another.
///
/// @param least when the primary is surely gone; doubles with each until calm
/// @param leastUnseen the same when its own service says that it runs
/// @param most what doubling ends at
/// @param calm without one, after which the next need not wait
public record FailoverIntervals(
    Duration least, Duration leastUnseen, Duration most, Duration calm) {}

package org.relevo.jmx.contract;

/// One thing that happened, as logged and as sent in notifications.
///
/// @param sequence grows by one; a gap tells a listener to read [ClusterMXBean#eventsSince]
/// @param name fixed event name, such as `switchover.step`
/// @param text `key=value` pairs for people and machines
public record EventRecord(
    long sequence, long atEpochMs, LogLevel level, String name, String text) {}

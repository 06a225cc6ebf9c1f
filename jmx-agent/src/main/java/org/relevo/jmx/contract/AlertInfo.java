package org.relevo.jmx.contract;

/// An alert.
///
/// @param id grows by one with each; 0 for a test
/// @param rule such as `node_down`
/// @param subject such as a node's name, "" for the service
/// @param severity ERROR: a person must act; WARN: soon
/// @param clearedAtEpochMs -1 while it goes on
/// @param acknowledgedBy who cares for it, "" for nobody
/// @param text one sentence for people
public record AlertInfo(
    long id,
    String rule,
    String subject,
    LogLevel severity,
    long sinceEpochMs,
    long clearedAtEpochMs,
    String acknowledgedBy,
    String text) {}

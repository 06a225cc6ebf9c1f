package org.relevo.jmx.contract;

/// One line; continuation lines are joined with a line feed.
public record LogLine(
    String sourceId, long sequence, long atEpochMs, LogLevel level, String text) {}

package org.relevo.jmx.contract;

/// One table of a comparison of contents.
///
/// @param rows compared
/// @param differences rows that differ, or 1 for a table without a key that differs somewhere
/// @param problem why it was not compared, or not down to its rows; "" otherwise
public record ContentTable(
    String schema, String table, long rows, long differences, String problem) {}

package org.relevo.jmx.contract;

/// Rows of one table on one node.
///
/// @param rows -1 when it could not be counted
/// @param problem why, "" when counted
public record NodeCount(int nodeId, long rows, String problem) {}

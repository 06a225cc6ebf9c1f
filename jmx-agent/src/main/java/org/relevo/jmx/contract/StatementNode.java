package org.relevo.jmx.contract;

/// What one node did of a statement.
///
/// @param totalMs as of the whole
public record StatementNode(int nodeId, long calls, double totalMs) {}

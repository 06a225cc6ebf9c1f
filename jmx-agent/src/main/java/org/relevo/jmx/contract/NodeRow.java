package org.relevo.jmx.contract;

/// A row on one node.
///
/// @param present whether the node has it
/// @param row its values in brackets, at most 500 characters
public record NodeRow(int nodeId, boolean present, String row) {}

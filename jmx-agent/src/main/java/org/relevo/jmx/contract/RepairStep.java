package org.relevo.jmx.contract;

/// One statement of a repair.
public record RepairStep(int nodeId, String sql) {}

package org.relevo.jmx.contract;

/// A place that a machine of a pair must see.
public record PairPing(String name, boolean answers) {}

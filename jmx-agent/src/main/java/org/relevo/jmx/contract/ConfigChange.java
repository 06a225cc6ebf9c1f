package org.relevo.jmx.contract;

/// A setting that differs from what counts.
///
/// @param needsRestart whether it counts from the next start on only
public record ConfigChange(String name, String before, String after, boolean needsRestart) {}

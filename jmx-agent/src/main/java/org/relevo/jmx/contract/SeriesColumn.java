package org.relevo.jmx.contract;

/// One figure of a series.
///
/// @param name short and stable, as in the CSV's first line
/// @param unit `per second`, `bytes`, `ms`, …
/// @param text what it is
public record SeriesColumn(String name, String unit, String text) {}

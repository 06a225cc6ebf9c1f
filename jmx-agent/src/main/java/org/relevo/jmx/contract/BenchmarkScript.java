package org.relevo.jmx.contract;

/// A script of a run.
///
/// @param name of a built-in script (`tpcb-like`, `simple-update`, `select-only`), or any word
/// @param text in pgbench's language; "" for the built-in script of that name
/// @param weight how often it is drawn in relation to the others, from 1 on
public record BenchmarkScript(String name, String text, int weight) {}

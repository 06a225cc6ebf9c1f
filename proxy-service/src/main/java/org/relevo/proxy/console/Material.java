package org.relevo.proxy.console;

/// What rows are made of.
///
/// @param picture has the parts that the table asked for
/// @param viewer who looks
record Material(Picture picture, ConsoleSource source, Viewer viewer) {}

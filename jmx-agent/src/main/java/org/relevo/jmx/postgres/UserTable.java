package org.relevo.jmx.postgres;

/// A table that a user made and that holds rows itself.
///
/// @param unlogged its rows are not in the WAL, so a standby has none of them
/// @param readable whether the connected role may read it
public record UserTable(String schema, String name, boolean unlogged, boolean readable) {}

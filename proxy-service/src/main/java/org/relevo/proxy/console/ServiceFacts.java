package org.relevo.proxy.console;

/// What holds for the service as a whole.
///
/// @param version of the service
/// @param serverVersion what drivers are told, as PostgreSQL's `server_version`; its number decides
///   what drivers expect
/// @param startedAtEpochMs when the process started
/// @param paused whether all databases are
/// @param maxUserConnections limit of server connections by user, 0 for none
public record ServiceFacts(
    String version,
    String serverVersion,
    long startedAtEpochMs,
    boolean paused,
    int maxUserConnections) {}

package org.relevo.jmx.contract;

/// One connected client.
///
/// @param id unique since start; what `killClient` takes
/// @param replication `none`, `physical` or `logical`
/// @param address IP address, or the path of a Unix-domain socket
/// @param requestedAtEpochMs when its last request came, -1 before the first
/// @param waitMs how long it has waited for a server connection, 0 when it does not wait
/// @param serverId the server connection that it holds, 0 for none
/// @param tls version and cipher, "" on a plain connection
/// @param preparedStatements named statements that it has prepared
public record ClientInfo(
    long id,
    String user,
    String database,
    ClientState state,
    String replication,
    String address,
    int port,
    String localAddress,
    int localPort,
    long connectedAtEpochMs,
    long requestedAtEpochMs,
    long waitMs,
    long serverId,
    String tls,
    String applicationName,
    int preparedStatements) {}

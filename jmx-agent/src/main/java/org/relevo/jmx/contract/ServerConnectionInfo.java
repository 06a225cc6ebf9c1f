package org.relevo.jmx.contract;

/// One connection to a PostgreSQL server.
///
/// @param id unique since start
/// @param replication `none`, `physical` or `logical`
/// @param connectedAtEpochMs when it was opened
/// @param requestedAtEpochMs when it was last used, -1 before the first use
/// @param closeNeeded whether it is closed as soon as it is free
/// @param clientId the client that holds it, 0 for none
/// @param processId the server process, -1 while it is not known
/// @param tls version and cipher, "" on a plain connection
/// @param applicationName that of the client that holds it
/// @param preparedStatements statements that the service keeps on it
/// @param uses clients or transactions it has served
public record ServerConnectionInfo(
    long id,
    int nodeId,
    String user,
    String database,
    ServerConnectionState state,
    String replication,
    String address,
    int port,
    String localAddress,
    int localPort,
    long connectedAtEpochMs,
    long requestedAtEpochMs,
    boolean closeNeeded,
    long clientId,
    int processId,
    String tls,
    String applicationName,
    int preparedStatements,
    long uses) {}

package org.relevo.proxy.auth.hba;

import java.net.InetAddress;
import java.util.Optional;

/// Who asks to come in.
///
/// @param address empty on a Unix socket
/// @param replication a replication connection without a database
public record HbaRequest(
    Optional<InetAddress> address,
    boolean tls,
    boolean replication,
    String database,
    String user) {}

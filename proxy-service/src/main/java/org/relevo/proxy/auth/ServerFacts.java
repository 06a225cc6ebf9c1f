package org.relevo.proxy.auth;

import java.util.Optional;
import org.relevo.proxy.wire.ByteString;

/// What is known of a connection to a server that the service logs in on.
///
/// @param user role to log in as
/// @param confidential whether nobody can listen: TLS or a Unix socket
/// @param endPoint `tls-server-end-point` of the server's certificate; empty without TLS and for a
///   certificate that defines none
public record ServerFacts(String user, boolean confidential, Optional<ByteString> endPoint) {}

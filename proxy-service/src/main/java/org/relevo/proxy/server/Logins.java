package org.relevo.proxy.server;

import java.util.Optional;
import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.auth.ServerLogin;
import org.relevo.proxy.wire.ByteString;

/// How the service proves to a server that it may act for a role.
@FunctionalInterface
public interface Logins {
  /// @param endPoint `tls-server-end-point` of the server's certificate, empty without TLS
  ServerLogin begin(
      Credentials credentials, Optional<ByteString> endPoint, ServerLogin.Peer server);
}

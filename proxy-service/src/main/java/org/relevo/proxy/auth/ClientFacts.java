package org.relevo.proxy.auth;

import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.wire.ByteString;

/// What is known of a client when its start-up packet has come.
///
/// @param tls empty on a plain connection
/// @param replication whether it asks for a replication connection to the server as a whole; one to
///   a database (`replication=database`) comes under that database's rules
public record ClientFacts(
    SocketAddress address,
    String user,
    String database,
    boolean replication,
    Optional<TlsFacts> tls) {

  /// @param serverEndPoint `tls-server-end-point` channel binding data (RFC 5929) of the
  ///   certificate that the service showed
  /// @param clientChain verified certificates of the client, its own first; empty when it gave none
  public record TlsFacts(ByteString serverEndPoint, List<Certificate> clientChain) {
    public TlsFacts {
      clientChain = List.copyOf(clientChain);
    }
  }
}

package org.relevo.proxy.tls;

import java.util.Optional;
import org.relevo.proxy.wire.ByteString;

/// What a connection to a server has become before its first packet.
///
/// @param encrypted whether nobody can listen: TLS, or a Unix socket
/// @param endPoint `tls-server-end-point` of the server's certificate; empty without TLS and for a
///   certificate that defines none (Ed25519)
public record Secured(boolean encrypted, Optional<ByteString> endPoint) {
  /// Others can listen.
  public static final Secured PLAIN = new Secured(false, Optional.empty());

  /// A Unix socket: nothing leaves the machine.
  public static final Secured LOCAL = new Secured(true, Optional.empty());
}

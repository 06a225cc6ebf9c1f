package org.relevo.jmx.client;

import java.net.InetSocketAddress;
import java.util.Optional;

/// A service's management address and whom to trust there.
///
/// @param via where the socket really goes, such as the local end of an SSH tunnel; the certificate
///   is still that of the service
public record Endpoint(String host, int port, Trust trust, Optional<InetSocketAddress> via) {
  public Endpoint {
    if (host.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not a management address: \"" + host + ":" + port + '"');
    }
  }

  public static Endpoint direct(String host, int port, Trust trust) {
    return new Endpoint(host, port, trust, Optional.empty());
  }

  public Endpoint through(InetSocketAddress tunnel) {
    return new Endpoint(host, port, trust, Optional.of(tunnel));
  }

  /// `host:port`, with brackets around an IPv6 address, and the tunnel when there is one.
  public String text() {
    String address = (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ":" + port;
    return via.map(tunnel -> address + " through " + tunnel).orElse(address);
  }
}

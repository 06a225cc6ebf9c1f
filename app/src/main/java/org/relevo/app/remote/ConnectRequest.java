package org.relevo.app.remote;

import java.nio.file.Path;
import java.util.Optional;

/// Everything needed to open one connection.
///
/// @param certificate PEM file of the service's certificate, trusted as it is
/// @param pin SHA-256 fingerprint of a certificate that the person accepted
/// @param tunnel how to go through an SSH server, empty for a direct connection
public record ConnectRequest(
    String host,
    int port,
    String user,
    String password,
    Optional<Path> certificate,
    Optional<String> pin,
    Optional<SshTunnel> tunnel) {

  public String address() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  public ConnectRequest withPin(String fingerprint) {
    return new ConnectRequest(
        host, port, user, password, certificate, Optional.of(fingerprint), tunnel);
  }

  /// Keeps the secrets out of logs.
  @Override
  public String toString() {
    return "ConnectRequest[" + user + "@" + address() + "]";
  }

  /// An SSH server on the way.
  ///
  /// @param password used for the server, or as the key file's pass phrase; "" when there is none
  /// @param keyFile private key; empty for password authentication
  /// @param acceptedHostKey fingerprint that the person agreed to, stored at success
  public record SshTunnel(
      String host,
      int port,
      String user,
      String password,
      Optional<Path> keyFile,
      Optional<String> acceptedHostKey) {
    @Override
    public String toString() {
      return "SshTunnel[" + user + "@" + host + ":" + port + "]";
    }
  }
}

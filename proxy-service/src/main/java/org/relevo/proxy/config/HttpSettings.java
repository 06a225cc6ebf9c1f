package org.relevo.proxy.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The HTTP port for figures and checks.
///
/// @param required whether the port was named: then the service does not start without it
/// @param enabled whether there is one at all
/// @param certificate PEM, with the key; empty: plain text
/// @param userFile `name:password` lines for Basic authentication of `/metrics`; empty: nobody is
///   asked
public record HttpSettings(
    boolean enabled,
    List<String> listenAddresses,
    int port,
    boolean required,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> userFile) {
  public HttpSettings {
    listenAddresses = List.copyOf(listenAddresses);
  }
}

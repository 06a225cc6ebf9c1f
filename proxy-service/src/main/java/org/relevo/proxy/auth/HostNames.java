package org.relevo.proxy.auth;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/// Names of clients' addresses.
final class HostNames {
  private HostNames() {}

  /// The name of an address, if that name leads back to the address: who owns an address can name
  /// it as they like, but only who owns a name decides which addresses it has. Blocks.
  static Optional<String> confirmed(InetAddress address) {
    // This look-up goes to and fro itself, and gives the address's text when that fails; the second
    // one is here so that it does not depend on how Java does it.
    String name = address.getCanonicalHostName();
    if (name.equals(address.getHostAddress())) {
      return Optional.empty();
    }
    try {
      boolean leadsBack =
          Arrays.stream(InetAddress.getAllByName(name))
              .anyMatch(known -> Arrays.equals(known.getAddress(), address.getAddress()));
      return leadsBack ? Optional.of(name) : Optional.empty();
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }
}

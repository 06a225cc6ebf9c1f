package org.relevo.proxy.auth.hba;

import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One of this machine's own addresses and the network around it.
///
/// @param prefix leading bits that are the network's
public record LocalNetwork(InetAddress address, int prefix) {
  /// The machine's networks as they are now.
  ///
  /// @throws SocketException when the system does not tell
  public static List<LocalNetwork> all() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(card -> card.getInterfaceAddresses().stream())
        .map(LocalNetwork::of)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<LocalNetwork> of(InterfaceAddress of) {
    int bits = of.getAddress().getAddress().length * 8;
    int prefix = of.getNetworkPrefixLength();
    return prefix < 0 || prefix > bits
        ? Optional.empty()
        : Optional.of(new LocalNetwork(of.getAddress(), prefix));
  }

  boolean isHost(InetAddress client) {
    return Arrays.equals(client.getAddress(), address.getAddress());
  }

  boolean contains(InetAddress client) {
    byte[] own = address.getAddress();
    return AddressPattern.sameNetwork(
        client.getAddress(), own, AddressPattern.mask(prefix, own.length));
  }
}

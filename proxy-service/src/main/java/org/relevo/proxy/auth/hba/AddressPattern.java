package org.relevo.proxy.auth.hba;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/// What stands for clients' addresses in a rule.
sealed interface AddressPattern {
  /// Every address, Unix sockets too.
  record Any() implements AddressPattern {}

  /// @param mask of the same family; its ones need not stand together
  record Network(InetAddress address, InetAddress mask) implements AddressPattern {
    boolean contains(InetAddress client) {
      return sameNetwork(client.getAddress(), address.getAddress(), mask.getAddress());
    }
  }

  /// @param name in lower case
  record HostName(String name) implements AddressPattern {}

  /// @param suffix in lower case, with its leading dot
  record HostSuffix(String suffix) implements AddressPattern {}

  record SameHost() implements AddressPattern {}

  record SameNet() implements AddressPattern {}

  /// Whether an address is in a network.
  static boolean sameNetwork(byte[] client, byte[] address, byte[] mask) {
    if (client.length != address.length) {
      return false;
    }
    for (int i = 0; i < client.length; i++) {
      if (((client[i] ^ address[i]) & mask[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /// @param bits leading ones
  /// @param length in bytes
  static byte[] mask(int bits, int length) {
    byte[] mask = new byte[length];
    for (int i = 0; i < bits; i++) {
      mask[i / 8] |= (byte) (0x80 >> i % 8);
    }
    return mask;
  }

  default boolean matches(InetAddress client, HbaFacts facts) {
    return switch (this) {
      case Any _ -> true;
      case Network network -> network.contains(client);
      case HostName(String name) -> lower(facts.hostName()).filter(name::equals).isPresent();
      case HostSuffix(String suffix) ->
          lower(facts.hostName()).filter(name -> name.endsWith(suffix)).isPresent();
      case SameHost _ -> facts.networks().stream().anyMatch(net -> net.isHost(client));
      case SameNet _ -> facts.networks().stream().anyMatch(net -> net.contains(client));
    };
  }

  private static Optional<String> lower(Optional<String> name) {
    return name.map(text -> text.toLowerCase(Locale.ROOT));
  }
}

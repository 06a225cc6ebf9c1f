package org.relevo.proxy.resource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.resource.spec.ResourceSpec;

/// Which interface an address belongs on.
final class Interfaces {
  /// An interface that can have addresses of others.
  ///
  /// @param mac link-layer address, 12 hexadecimal digits
  record Device(String name, int index, String mac) {
    /// Of an address here, so that it is known as ours; at most 15 bytes.
    String label() {
      String label = name + ":rlv";
      return label.length() <= 15 ? label : "";
    }
  }

  private static final int MAC_BYTES = 6;

  private Interfaces() {}

  /// @throws IOException when there is no such interface at present
  static Device of(ResourceSpec.Address spec) throws IOException {
    if (!spec.device().isEmpty()) {
      NetworkInterface named = NetworkInterface.getByName(spec.device());
      if (named == null) {
        throw new IOException("there is no interface " + spec.device());
      }
      return device(named);
    }
    List<NetworkInterface> all = new ArrayList<>(NetworkInterface.networkInterfaces().toList());
    Optional<NetworkInterface> found =
        all.stream()
            .filter(each ->
                each.getInterfaceAddresses().stream().anyMatch(own -> holds(own, spec.address())))
            .findFirst();
    return device(
        found.orElseThrow(() ->
            new IOException(
                "no interface has a network with %s; name one as ADDRESS@INTERFACE"
                    .formatted(spec.address().getHostAddress()))));
  }

  private static Device device(NetworkInterface found) throws IOException {
    byte[] mac = found.getHardwareAddress();
    if (mac == null || mac.length != MAC_BYTES) {
      throw new IOException(found.getName() + " is no interface of a network of machines");
    }
    return new Device(found.getName(), found.getIndex(), HexFormat.of().formatHex(mac));
  }

  private static boolean holds(InterfaceAddress own, InetAddress wanted) {
    byte[] mine = own.getAddress().getAddress();
    byte[] other = wanted.getAddress();
    int bits = own.getNetworkPrefixLength();
    if (mine.length != other.length || bits >= mine.length * 8 || bits == 0) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((mine[i / 8] & mask) != (other[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}

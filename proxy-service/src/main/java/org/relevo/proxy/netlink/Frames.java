package org.relevo.proxy.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Ethernet frames and packets that move an address: ARP (RFC 826, 5227), neighbour discovery (RFC
/// 4861), and the acknowledgement that makes a client notice that its connection is gone. Pure.
public final class Frames {
  static final int ARP = 0x0806;
  static final int IP6 = 0x86dd;
  private static final byte[] BROADCAST = filled((byte) 0xff);
  private static final byte[] ZERO = new byte[6];
  private static final int ICMP6 = 58;
  private static final int TCP = 6;
  private static final int ETHERNET = 14;
  private static final int SOLICITATION = 135;
  private static final int ADVERTISEMENT = 136;
  private static final int OVERRIDE = 0x20000000;
  private static final byte[] ALL_NODES = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
  };

  private Frames() {}

  private static byte[] filled(byte value) {
    byte[] all = new byte[6];
    Arrays.fill(all, value);
    return all;
  }

  /// Whether somebody has the address; the asker is nobody yet.
  static byte[] probe(byte[] mac, InetAddress address) {
    byte[] ip = address.getAddress();
    return ip.length == 4 ? arp(mac, 1, new byte[4], ip, ZERO) : solicitation(mac, ip);
  }

  /// Tells all neighbours where the address is now.
  static byte[][] announcement(byte[] mac, InetAddress address) {
    byte[] ip = address.getAddress();
    return ip.length == 4
        ? new byte[][] {arp(mac, 1, ip, ip, ZERO), arp(mac, 2, ip, ip, BROADCAST)}
        : new byte[][] {advertisement(mac, ip)};
  }

  /// The link-layer address of who else says that it has this address; empty when the frame is of
  /// another kind or our own.
  static byte[] holder(byte[] frame, byte[] mac, InetAddress address) {
    byte[] ip = address.getAddress();
    byte[] from = ip.length == 4 ? arpSender(frame, ip) : advertiser(frame, ip);
    return Arrays.equals(from, mac) ? new byte[0] : from;
  }

  private static byte[] arpSender(byte[] frame, byte[] ip) {
    boolean about =
        frame.length >= ETHERNET + 28
            && Arrays.equals(frame, ETHERNET + 14, ETHERNET + 18, ip, 0, 4);
    return about ? Arrays.copyOfRange(frame, ETHERNET + 8, ETHERNET + 14) : new byte[0];
  }

  private static byte[] advertiser(byte[] frame, byte[] ip) {
    int icmp = ETHERNET + 40;
    boolean about =
        frame.length >= icmp + 24
            && frame[ETHERNET + 6] == ICMP6
            && Byte.toUnsignedInt(frame[icmp]) == ADVERTISEMENT
            && Arrays.equals(frame, icmp + 8, icmp + 24, ip, 0, 16);
    return about ? Arrays.copyOfRange(frame, 6, 12) : new byte[0];
  }

  private static byte[] arp(byte[] mac, int operation, byte[] sender, byte[] target, byte[] to) {
    return ByteBuffer.allocate(ETHERNET + 28)
        .put(BROADCAST)
        .put(mac)
        .putShort((short) ARP)
        .putShort((short) 1)
        .putShort((short) 0x0800)
        .put((byte) 6)
        .put((byte) 4)
        .putShort((short) operation)
        .put(mac)
        .put(sender)
        .put(to)
        .put(target)
        .array();
  }

  private static byte[] solicitation(byte[] mac, byte[] ip) {
    byte[] group = {
      (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xff, ip[13], ip[14], ip[15]
    };
    byte[] body =
        ByteBuffer.allocate(24)
            .put((byte) SOLICITATION)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(0)
            .put(ip)
            .array();
    return ip6(mac, new byte[16], group, body);
  }

  private static byte[] advertisement(byte[] mac, byte[] ip) {
    byte[] body =
        ByteBuffer.allocate(32)
            .put((byte) ADVERTISEMENT)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(OVERRIDE)
            .put(ip)
            .put((byte) 2)
            .put((byte) 1)
            .put(mac)
            .array();
    return ip6(mac, ip, ALL_NODES, body);
  }

  private static byte[] ip6(byte[] mac, byte[] source, byte[] group, byte[] body) {
    byte[] head = pseudo(source, group, body.length, ICMP6);
    ByteBuffer.wrap(body).putShort(2, checksum(head, body));
    return ByteBuffer.allocate(ETHERNET + 40 + body.length)
        .put((byte) 0x33)
        .put((byte) 0x33)
        .put(group, 12, 4)
        .put(mac)
        .putShort((short) IP6)
        .putInt(0x60000000)
        .putShort((short) body.length)
        .put((byte) ICMP6)
        .put((byte) 255)
        .put(source)
        .put(group)
        .put(body)
        .array();
  }

  /// An IP packet with an acknowledgement of nothing. Its receiver, if it has such a connection,
  /// answers with the right numbers, and our kernel, which has not, resets it.
  public static byte[] tickle(InetAddress from, int fromPort, InetAddress to, int toPort) {
    byte[] source = from.getAddress();
    byte[] target = to.getAddress();
    byte[] tcp =
        ByteBuffer.allocate(20)
            .putShort((short) fromPort)
            .putShort((short) toPort)
            .putInt(0)
            .putInt(0)
            .put((byte) 0x50)
            .put((byte) 0x10)
            .putShort((short) 1024)
            .array();
    ByteBuffer.wrap(tcp).putShort(16, checksum(pseudo(source, target, tcp.length, TCP), tcp));
    if (source.length == 16) {
      return ByteBuffer.allocate(40 + tcp.length)
          .putInt(0x60000000)
          .putShort((short) tcp.length)
          .put((byte) TCP)
          .put((byte) 64)
          .put(source)
          .put(target)
          .put(tcp)
          .array();
    }
    // Length, identification and checksum are the kernel's work.
    return ByteBuffer.allocate(20 + tcp.length)
        .put((byte) 0x45)
        .put((byte) 0)
        .putShort((short) (20 + tcp.length))
        .putInt(0)
        .put((byte) 64)
        .put((byte) TCP)
        .putShort((short) 0)
        .put(source)
        .put(target)
        .put(tcp)
        .array();
  }

  private static byte[] pseudo(byte[] source, byte[] target, int length, int protocol) {
    return source.length == 4
        ? ByteBuffer.allocate(12)
            .put(source)
            .put(target)
            .put((byte) 0)
            .put((byte) protocol)
            .putShort((short) length)
            .array()
        : ByteBuffer.allocate(40).put(source).put(target).putInt(length).putInt(protocol).array();
  }

  /// RFC 1071.
  static short checksum(byte[]... parts) {
    long sum = 0;
    for (byte[] part : parts) {
      for (int i = 0; i < part.length; i += 2) {
        int low = i + 1 < part.length ? Byte.toUnsignedInt(part[i + 1]) : 0;
        sum += (Byte.toUnsignedInt(part[i]) << 8) + low;
      }
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (short) ~sum;
  }
}

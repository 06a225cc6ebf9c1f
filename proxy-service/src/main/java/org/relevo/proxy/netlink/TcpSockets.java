package org.relevo.proxy.netlink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Open TCP connections of this machine by their local addresses: listed (proc(5)) and reset
/// (sock_diag(7)).
public final class TcpSockets {
  /// An open connection.
  public record Pair(InetAddress local, int localPort, InetAddress remote, int remotePort) {}

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
  private static final String ESTABLISHED = "01";
  private static final int AF_NETLINK = 16;
  private static final int SOCK_DIAG = 4;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int TCP = 6;
  private static final short DESTROY = 21;
  private static final short REQUEST = 1;
  private static final int FIXED = 16 + 8;

  private TcpSockets() {}

  /// Connections of clients to one of these addresses.
  ///
  /// @param most no more than these are looked for
  public static List<Pair> open(Set<InetAddress> local, int most) throws IOException {
    List<Pair> found = new ArrayList<>();
    for (Path table : TABLES) {
      if (Files.exists(table)) {
        try (Stream<String> lines = Files.lines(table, StandardCharsets.US_ASCII)) {
          lines
              .skip(1)
              .map(String::strip)
              .map(line -> line.split("\\s+", 5))
              .filter(words -> words.length > 4 && words[3].equals(ESTABLISHED))
              .map(words -> pair(words[1], words[2]))
              .filter(pair -> local.contains(pair.local()))
              .limit(most - found.size())
              .forEach(found::add);
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    }
    return found;
  }

  private static Pair pair(String local, String remote) {
    return new Pair(address(local), port(local), address(remote), port(remote));
  }

  private static int port(String text) {
    return Integer.parseInt(text.substring(text.indexOf(':') + 1), 16);
  }

  /// Words of four bytes in the machine's order; IPv4 inside IPv6 is IPv4.
  private static InetAddress address(String text) {
    byte[] raw = HexFormat.of().parseHex(text.substring(0, text.indexOf(':')));
    ByteBuffer out = ByteBuffer.allocate(raw.length);
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder());
    while (in.hasRemaining()) {
      out.putInt(in.getInt());
    }
    try {
      return InetAddress.getByAddress(out.array());
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends a connection of this machine at once: its client gets a reset.
  ///
  /// @throws IOException as without CAP_NET_ADMIN, or where the kernel cannot
  public static void reset(Pair pair) throws IOException {
    boolean four = pair.local().getAddress().length == 4;
    int socket = Libc.socket(AF_NETLINK, Libc.SOCK_RAW, SOCK_DIAG);
    try {
      // A dual-stack listener's connections are IPv6 sockets: the lookup takes both.
      ByteBuffer out = ByteBuffer.allocate(FIXED + 48).order(ByteOrder.nativeOrder());
      out.putInt(FIXED + 48).putShort(DESTROY).putShort(REQUEST).putInt(1).putInt(0);
      out.put((byte) (four ? AF_INET : AF_INET6)).put((byte) TCP).putShort((short) 0).putInt(-1);
      network(out, pair.localPort(), pair.remotePort());
      padded(out, pair.local());
      padded(out, pair.remote());
      out.putInt(0).putInt(-1).putInt(-1);
      Libc.send(socket, out.array(), new byte[0]);
    } finally {
      Libc.close(socket);
    }
  }

  private static void network(ByteBuffer out, int local, int remote) {
    out.put((byte) (local >> 8)).put((byte) local).put((byte) (remote >> 8)).put((byte) remote);
  }

  private static void padded(ByteBuffer out, InetAddress address) {
    byte[] raw = address.getAddress();
    out.put(raw).put(new byte[16 - raw.length]);
  }
}

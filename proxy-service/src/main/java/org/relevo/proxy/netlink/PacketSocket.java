package org.relevo.proxy.netlink;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Asks and tells neighbours about one address on one interface (packet(7)). It hears ARP, or
/// neighbour advertisements of IPv6, and nothing else.
///
/// Owner: whoever opened it; one caller at a time.
public final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int IPPROTO_RAW = 255;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int MOST = 2048;
  private static final int MOST_DRAINED = 256;

  /// Of a neighbour advertisement: next header 58 at 20, type 136 at 54; all else is dropped. Each
  /// instruction is code, jump when true, jump when false, operand (classic BPF).
  private static final int[][] ADVERTISEMENTS = {
    {0x30, 0, 0, 20},
    {0x15, 0, 3, 58},
    {0x30, 0, 0, 54},
    {0x15, 0, 1, 136},
    {0x06, 0, 0, MOST},
    {0x06, 0, 0, 0}
  };

  private final int socket;
  private final byte[] mac;
  private final InetAddress address;
  private final byte[] link;

  private PacketSocket(int socket, byte[] mac, InetAddress address, byte[] link) {
    this.socket = socket;
    this.mac = mac;
    this.address = address;
    this.link = link;
  }

  /// @param index of the interface
  /// @param mac of the interface, 6 bytes
  /// @throws IOException as without CAP_NET_RAW
  public static PacketSocket open(int index, byte[] mac, InetAddress address) throws IOException {
    boolean four = address.getAddress().length == 4;
    int protocol = four ? Frames.ARP : Frames.IP6;
    int swapped = Short.toUnsignedInt(Short.reverseBytes((short) protocol));
    byte[] link =
        ByteBuffer.allocate(20)
            .order(ByteOrder.nativeOrder())
            .putShort((short) AF_PACKET)
            .putShort((short) swapped)
            .putInt(index)
            .putShort((short) 1)
            .put((byte) 0)
            .put((byte) 6)
            .array();
    PacketSocket socket =
        new PacketSocket(Libc.socket(AF_PACKET, Libc.SOCK_RAW, 0), mac.clone(), address, link);
    try {
      if (!four) {
        socket.attach();
      }
      Libc.bind(socket.socket, link);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void attach() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate(8L * ADVERTISEMENTS.length, 8);
      for (int i = 0; i < ADVERTISEMENTS.length; i++) {
        int[] each = ADVERTISEMENTS[i];
        code.set(ValueLayout.JAVA_SHORT, 8L * i, (short) each[0]);
        code.set(ValueLayout.JAVA_BYTE, 8L * i + 2, (byte) each[1]);
        code.set(ValueLayout.JAVA_BYTE, 8L * i + 3, (byte) each[2]);
        code.set(ValueLayout.JAVA_INT, 8L * i + 4, each[3]);
      }
      MemorySegment program = arena.allocate(16, 8);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) ADVERTISEMENTS.length);
      program.set(ValueLayout.ADDRESS, 8, code);
      Libc.option(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
    }
  }

  /// Asks who has the address, several times within the limit.
  ///
  /// @return the link-layer address of who has it, "" when nobody answers
  public String ask(int times, long limitMs) throws IOException {
    long endNs = System.nanoTime() + limitMs * 1_000_000;
    String other = "";
    for (int i = 0; i < times && other.isEmpty(); i++) {
      Libc.send(socket, Frames.probe(mac, address), link);
      long left = (endNs - System.nanoTime()) / (times - i);
      other = hear(System.nanoTime() + left);
    }
    return other;
  }

  private String hear(long untilNs) throws IOException {
    while (true) {
      long leftUs = (untilNs - System.nanoTime()) / 1000;
      if (leftUs <= 0) {
        return "";
      }
      timeout(leftUs);
      String other = text(Frames.holder(Libc.receive(socket, MOST), mac, address));
      if (!other.isEmpty()) {
        return other;
      }
    }
  }

  /// Asks once who has the address.
  ///
  /// @param untilNs of the monotonic clock
  /// @return the link-layer addresses of all that answered
  List<String> all(long untilNs) throws IOException {
    List<String> found = new ArrayList<>();
    Libc.send(socket, Frames.probe(mac, address), link);
    String other = hear(untilNs);
    while (!other.isEmpty()) {
      found.add(other);
      other = hear(untilNs);
    }
    return found;
  }

  /// Who else has claimed the address since the last call: "" for nobody.
  public String conflict() throws IOException {
    timeout(1);
    String other = "";
    for (int i = 0; i < MOST_DRAINED; i++) {
      byte[] frame = Libc.receive(socket, MOST);
      if (frame.length == 0) {
        break;
      }
      String now = text(Frames.holder(frame, mac, address));
      other = now.isEmpty() ? other : now;
    }
    return other;
  }

  /// Tells all neighbours that the address is here.
  public void announce() throws IOException {
    for (byte[] frame : Frames.announcement(mac, address)) {
      Libc.send(socket, frame, link);
    }
  }

  /// Has clients of a connection that this machine does not know reset.
  ///
  /// @throws IOException as without CAP_NET_RAW
  public static void tickle(InetAddress from, int fromPort, InetAddress to, int toPort)
      throws IOException {
    boolean four = from.getAddress().length == 4;
    int socket = Libc.socket(four ? AF_INET : AF_INET6, Libc.SOCK_RAW, IPPROTO_RAW);
    try {
      ByteBuffer name = ByteBuffer.allocate(four ? 16 : 28).order(ByteOrder.nativeOrder());
      name.putShort((short) (four ? AF_INET : AF_INET6)).putShort((short) 0);
      if (!four) {
        name.putInt(0);
      }
      name.put(to.getAddress());
      Libc.send(socket, Frames.tickle(from, fromPort, to, toPort), name.array());
    } finally {
      Libc.close(socket);
    }
  }

  private void timeout(long us) throws IOException {
    Libc.option(
        socket,
        SOL_SOCKET,
        SO_RCVTIMEO,
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(us / 1_000_000)
            .putLong(Math.max(1, us % 1_000_000))
            .array());
  }

  private static String text(byte[] other) {
    return other.length == 0 ? "" : java.util.HexFormat.ofDelimiter(":").formatHex(other);
  }

  @Override
  public void close() {
    Libc.close(socket);
  }
}

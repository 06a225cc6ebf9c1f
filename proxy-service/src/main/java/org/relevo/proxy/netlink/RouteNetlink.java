package org.relevo.proxy.netlink;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Addresses of interfaces, by routing netlink (rtnetlink(7)).
///
/// Owner: whoever opened it; one caller at a time.
public final class RouteNetlink implements AutoCloseable {
  /// An address as the kernel has it.
  ///
  /// @param index of the interface
  /// @param permanent whether it has no lifetime
  /// @param validS seconds that are left when it has one
  /// @param label "" when it has none (IPv6)
  public record Held(
      InetAddress address, int prefix, int index, boolean permanent, long validS, String label) {}

  private static final int AF_NETLINK = 16;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final long LIMIT_S = 2;
  private static final int MOST = 1 << 16;

  private static final short NEW_LINK = 16;
  private static final short GET_LINK = 18;
  private static final short NEW_ADDRESS = 20;
  private static final short DELETE_ADDRESS = 21;
  private static final short GET_ADDRESS = 22;
  private static final short ERROR = 2;
  private static final short DONE = 3;
  private static final short REQUEST = 1;
  private static final short ACK = 4;
  private static final short DUMP = 0x300;
  private static final short REPLACE_OR_CREATE = 0x500;

  private static final short IFA_ADDRESS = 1;
  private static final short IFA_LOCAL = 2;
  private static final short IFA_LABEL = 3;
  private static final short IFA_CACHEINFO = 6;
  private static final short IFA_FLAGS = 8;
  private static final int NO_DUPLICATE_DETECTION = 0x02;
  private static final int PERMANENT = 0x80;
  private static final int NO_PREFIX_ROUTE = 0x200;
  private static final int LOWER_UP = 0x10000;
  private static final int HEADER = 16;
  private static final int ADDRESS_HEADER = 8;

  /// No such address, no such interface.
  private static final List<Integer> GONE = List.of(99, 19, 6);

  private final int socket;
  private int sequence;

  private RouteNetlink(int socket) {
    this.socket = socket;
  }

  /// @throws IOException when the system has no such sockets
  public static RouteNetlink open() throws IOException {
    RouteNetlink netlink = new RouteNetlink(Libc.socket(AF_NETLINK, Libc.SOCK_RAW, 0));
    try {
      Libc.option(
          netlink.socket,
          SOL_SOCKET,
          SO_RCVTIMEO,
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putLong(LIMIT_S)
              .putLong(0)
              .array());
      return netlink;
    } catch (IOException e) {
      netlink.close();
      throw e;
    }
  }

  /// Adds an address, or gives it this lifetime when it is there. The kernel takes it away by
  /// itself when the lifetime ends, whatever becomes of this process.
  ///
  /// @param label at most 15 bytes; of IPv4 only
  /// @param validS whole seconds, at least 1
  public void put(InetAddress address, int prefix, int index, String label, int validS)
      throws IOException {
    boolean four = address.getAddress().length == 4;
    ByteBuffer out = message(NEW_ADDRESS, (short) (REQUEST | ACK | REPLACE_OR_CREATE));
    addressHeader(out, address, prefix, index);
    attribute(out, IFA_LOCAL, address.getAddress());
    attribute(out, IFA_ADDRESS, address.getAddress());
    if (four && !label.isEmpty()) {
      attribute(out, IFA_LABEL, (label + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    ByteBuffer times = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    attribute(out, IFA_CACHEINFO, times.putInt(validS).putInt(validS).array());
    int flags = NO_PREFIX_ROUTE | (four ? 0 : NO_DUPLICATE_DETECTION);
    attribute(
        out,
        IFA_FLAGS,
        ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(flags).array());
    ask(out, "cannot add " + address.getHostAddress());
  }

  /// Removes an address.
  ///
  /// @return whether it was there
  public boolean remove(InetAddress address, int prefix, int index) throws IOException {
    ByteBuffer out = message(DELETE_ADDRESS, (short) (REQUEST | ACK));
    addressHeader(out, address, prefix, index);
    attribute(out, IFA_LOCAL, address.getAddress());
    attribute(out, IFA_ADDRESS, address.getAddress());
    try {
      ask(out, "cannot remove " + address.getHostAddress());
      return true;
    } catch (Libc.ErrnoException e) {
      if (GONE.contains(e.errno)) {
        return false;
      }
      throw e;
    }
  }

  /// All addresses of all interfaces.
  public List<Held> addresses() throws IOException {
    ByteBuffer out = message(GET_ADDRESS, (short) (REQUEST | DUMP));
    out.put(new byte[ADDRESS_HEADER]);
    List<Held> all = new ArrayList<>();
    exchange(
        out,
        "cannot list addresses",
        (type, body) -> {
          if (type == NEW_ADDRESS) {
            all.add(held(body));
          }
        });
    return all;
  }

  /// Removes an address wherever it is on this machine, but where the system has configured it for
  /// good.
  ///
  /// @return in how many places it was
  /// @throws IOException when the kernel refuses
  public int removeTemporary(InetAddress address) throws IOException {
    int places = 0;
    for (Held held : addresses()) {
      if (held.address().equals(address) && !held.permanent()) {
        var _ = remove(held.address(), held.prefix(), held.index());
        places++;
      }
    }
    return places;
  }

  /// Whether the interface is up and has a carrier.
  public boolean carries(int index) throws IOException {
    ByteBuffer out = message(GET_LINK, (short) (REQUEST | ACK));
    out.put((byte) 0).put((byte) 0).putShort((short) 0).putInt(index).putInt(0).putInt(0);
    boolean[] carries = new boolean[1];
    exchange(
        out,
        "cannot see interface " + index,
        (type, body) -> {
          if (type == NEW_LINK) {
            carries[0] = (body.getInt(body.position() + 8) & LOWER_UP) != 0;
          }
        });
    return carries[0];
  }

  private static Held held(ByteBuffer body) throws IOException {
    int start = body.position();
    int prefix = Byte.toUnsignedInt(body.get(start + 1));
    int flags = Byte.toUnsignedInt(body.get(start + 2));
    int index = body.getInt(start + 4);
    byte[] address = {};
    byte[] local = {};
    String label = "";
    long valid = 0;
    body.position(start + ADDRESS_HEADER);
    while (body.remaining() >= 4) {
      int at = body.position();
      int length = Short.toUnsignedInt(body.getShort());
      int type = Short.toUnsignedInt(body.getShort());
      if (length < 4 || length > body.remaining() + 4) {
        break;
      }
      byte[] value = new byte[length - 4];
      body.get(value);
      switch (type) {
        case IFA_ADDRESS -> address = value;
        case IFA_LOCAL -> local = value;
        case IFA_LABEL -> label = new String(value, 0, value.length - 1, StandardCharsets.US_ASCII);
        case IFA_FLAGS -> flags = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
        case IFA_CACHEINFO ->
            valid =
                Integer.toUnsignedLong(
                    ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt(4));
        default -> {
          // Of no interest.
        }
      }
      body.position(Math.min(body.limit(), at + align(length)));
    }
    return new Held(
        InetAddress.getByAddress(local.length > 0 ? local : address),
        prefix,
        index,
        (flags & PERMANENT) != 0,
        valid,
        label);
  }

  private ByteBuffer message(short type, short flags) {
    sequence++;
    return ByteBuffer.allocate(256)
        .order(ByteOrder.nativeOrder())
        .putInt(0)
        .putShort(type)
        .putShort(flags)
        .putInt(sequence)
        .putInt(0);
  }

  private static void addressHeader(ByteBuffer out, InetAddress address, int prefix, int index) {
    out.put((byte) (address.getAddress().length == 4 ? AF_INET : AF_INET6))
        .put((byte) prefix)
        .put((byte) 0)
        .put((byte) 0)
        .putInt(index);
  }

  private static void attribute(ByteBuffer out, short type, byte[] value) {
    out.putShort((short) (value.length + 4)).putShort(type).put(value);
    out.position(align(out.position()));
  }

  private static int align(int length) {
    return (length + 3) & ~3;
  }

  private void ask(ByteBuffer out, String what) throws IOException {
    exchange(out, what, (_, _) -> {});
  }

  private interface Part {
    void take(short type, ByteBuffer body) throws IOException;
  }

  /// Sends a request and takes its answers up to the last one.
  private void exchange(ByteBuffer out, String what, Part parts) throws IOException {
    out.putInt(0, out.position());
    byte[] data = new byte[out.position()];
    out.flip().get(data);
    int asked = sequence;
    Libc.send(socket, data, new byte[0]);
    boolean more = true;
    while (more) {
      byte[] answer = Libc.receive(socket, MOST);
      if (answer.length == 0) {
        throw new IOException(what + ": the kernel does not answer");
      }
      more = take(ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()), asked, what, parts);
    }
  }

  private static boolean take(ByteBuffer in, int asked, String what, Part parts)
      throws IOException {
    boolean more = true;
    while (in.remaining() >= HEADER) {
      int at = in.position();
      int length = in.getInt(at);
      short type = in.getShort(at + 4);
      if (length < HEADER || length > in.remaining()) {
        throw new IOException(what + ": the kernel's answer is cut short");
      }
      if (in.getInt(at + 8) == asked) {
        ByteBuffer body = in.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
        if (type == ERROR) {
          int errno = -body.getInt(0);
          if (errno != 0) {
            throw new Libc.ErrnoException(what, errno);
          }
          more = false;
        } else if (type == DONE) {
          more = false;
        } else {
          parts.take(type, body);
        }
      }
      in.position(Math.min(in.limit(), at + align(length)));
    }
    return more;
  }

  @Override
  public void close() {
    Libc.close(socket);
  }
}

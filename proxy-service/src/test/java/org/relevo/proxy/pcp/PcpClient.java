package org.relevo.proxy.pcp;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A PCP client of tests, byte by byte.
final class PcpClient implements AutoCloseable {
  /// One message of the server.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Answer(char type, byte[] body) {
    List<String> texts() {
      return List.of(new String(body, StandardCharsets.UTF_8).split("\0", -1));
    }
  }

  final Socket socket;
  private final DataInputStream in;

  PcpClient(InetSocketAddress address) throws IOException {
    socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
  }

  void send(char type, byte[] body) throws IOException {
    raw(
        ByteBuffer.allocate(5 + body.length)
            .put((byte) type)
            .putInt(4 + body.length)
            .put(body)
            .array());
  }

  void send(char type, String body) throws IOException {
    send(type, body.getBytes(StandardCharsets.UTF_8));
  }

  void raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  Answer read() throws IOException {
    char type = (char) in.readUnsignedByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new Answer(type, body);
  }

  /// Whether the server has ended the connection.
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  List<Answer> readUntilComplete() throws IOException {
    List<Answer> answers = new ArrayList<>();
    do {
      answers.add(read());
    } while (!answers.getLast().texts().getFirst().equals("CommandComplete")
        && answers.getLast().type() != 'E');
    return answers;
  }

  /// As pgpool-II's library does it: MD5 of the password in `pcp.conf`, then of it with the name,
  /// then of that with the salt.
  PcpClient login(String user, String password) throws IOException {
    send('M', "");
    byte[] salt = read().body();
    String stored = PcpUsers.md5(password.getBytes(StandardCharsets.UTF_8));
    String first = PcpUsers.md5((stored + user).getBytes(StandardCharsets.UTF_8));
    byte[] hex = first.getBytes(StandardCharsets.UTF_8);
    byte[] both = java.util.Arrays.copyOf(hex, hex.length + 4);
    System.arraycopy(salt, 0, both, hex.length, 4);
    send('R', user + "\0" + PcpUsers.md5(both) + "\0");
    return this;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

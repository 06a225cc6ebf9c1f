package org.relevo.proxy.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A PostgreSQL client that costs next to nothing, so that the other side is what is measured. Its
/// role must be trusted. One thread.
final class RawConnection implements AutoCloseable {
  private static final int PROTOCOL_3 = 196_608;

  private final SocketChannel channel;
  private final ByteBuffer in;
  private long received;

  /// Connects and waits for the end of the login.
  RawConnection(Target target, String user, String database, int bufferBytes) throws IOException {
    in = ByteBuffer.allocateDirect(bufferBytes).limit(0);
    channel = SocketChannel.open(new InetSocketAddress(target.host(), target.port()));
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      byte[] names =
          ("user\0" + user + "\0database\0" + database + "\0\0").getBytes(StandardCharsets.UTF_8);
      ByteBuffer out = ByteBuffer.allocate(8 + names.length);
      write(out.putInt(8 + names.length).putInt(PROTOCOL_3).put(names).flip());
      awaitTag('Z');
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Bytes that came so far.
  long received() {
    return received;
  }

  void query(String sql) throws IOException {
    byte[] text = (sql + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(5 + text.length);
    write(out.put((byte) 'Q').putInt(4 + text.length).put(text).flip());
  }

  void write(ByteBuffer out) throws IOException {
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  /// Reads up to and with a message of this tag.
  ///
  /// @throws IOException when the server reports an error or leaves
  void awaitTag(char wanted) throws IOException {
    char tag;
    do {
      need(5);
      tag = (char) in.get();
      int body = in.getInt() - Integer.BYTES;
      if (tag == 'E') {
        need(Math.min(body, in.capacity()));
        byte[] text = new byte[Math.min(body, in.remaining())];
        in.get(text);
        throw new IOException(new String(text, StandardCharsets.UTF_8).replace('\0', ' ').strip());
      }
      skip(body);
    } while (tag != wanted);
  }

  /// Reads up to and with ReadyForQuery, whatever comes before.
  void awaitReady() throws IOException {
    char tag;
    do {
      need(5);
      tag = (char) in.get();
      skip(in.getInt() - Integer.BYTES);
    } while (tag != 'Z');
  }

  private void skip(int bytes) throws IOException {
    int left = bytes;
    while (left > in.remaining()) {
      left -= in.remaining();
      in.position(in.limit());
      need(1);
    }
    in.position(in.position() + left);
  }

  private void need(int bytes) throws IOException {
    if (in.remaining() >= bytes) {
      return;
    }
    in.compact();
    while (in.position() < bytes) {
      int read = channel.read(in);
      if (read < 0) {
        throw new EOFException("the connection was closed");
      }
      received += read;
    }
    in.flip();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      write(ByteBuffer.wrap(new byte[] {'X', 0, 0, 0, 4}));
    }
  }
}

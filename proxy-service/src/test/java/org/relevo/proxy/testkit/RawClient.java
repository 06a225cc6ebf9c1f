package org.relevo.proxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.wire.ByteString;

/// A client that speaks the protocol byte by byte, for what no driver would send. Logs in as a role
/// that needs no password. Owner: the test.
public final class RawClient implements AutoCloseable {
  private static final int SOCKET_TIMEOUT_MS = 30_000;
  private static final int MAX_BODY_BYTES = 1 << 20;

  /// One message of the server.
  public record Message(char tag, ByteString content) {
    /// The first column of a DataRow.
    public String column(Charset charset) {
      byte[] body = content.toBytes();
      int length = (body[2] & 0xFF) << 24 | (body[3] & 0xFF) << 16;
      length |= (body[4] & 0xFF) << 8 | (body[5] & 0xFF);
      return new String(body, 6, length, charset);
    }
  }

  private final Socket socket;
  private final DataInputStream in;

  public RawClient(int port, String role, int receiveBufferBytes) throws IOException {
    socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(SOCKET_TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    byte[] parameters =
        ("user\0" + role + "\0database\0postgres\0\0").getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(packet);
    data.writeInt(8 + parameters.length);
    data.writeInt(3 << 16);
    data.write(parameters);
    send(packet.toByteArray());
    untilReady(1);
  }

  /// A whole message.
  public static byte[] message(char tag, byte[] body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(packet);
    data.writeByte(tag);
    data.writeInt(4 + body.length);
    data.write(body);
    return packet.toByteArray();
  }

  public static byte[] query(String sql, Charset charset) throws IOException {
    return message('Q', (sql + "\0").getBytes(charset));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Reads up to the given number of ReadyForQuery messages.
  public List<Message> untilReady(int count) throws IOException {
    List<Message> messages = new ArrayList<>();
    int ready = 0;
    while (ready < count) {
      Message message = read();
      messages.add(message);
      if (message.tag() == 'Z') {
        ready++;
      }
    }
    return messages;
  }

  private Message read() throws IOException {
    char tag = (char) in.readUnsignedByte();
    int length = in.readInt() - 4;
    if (length < 0 || length > MAX_BODY_BYTES) {
      throw new IOException("message '" + tag + "' of " + length + " bytes");
    }
    byte[] body = new byte[length];
    in.readFully(body);
    return new Message(tag, ByteString.copyOf(body));
  }

  /// The bytes as they come.
  public InputStream in() {
    return in;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package org.relevo.proxy.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.wire.FrontendMessages;

/// A client that sends what it is told, byte by byte if need be.
public final class ScriptedClient implements AutoCloseable {
  /// One message of the server.
  public record Message(char tag, String body) {}

  private final Socket socket;
  private final DataInputStream in;

  private ScriptedClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  public static ScriptedClient connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    return new ScriptedClient(socket);
  }

  /// Logs in as `trusty`.
  public static ScriptedClient login(int port) throws IOException {
    ScriptedClient client = connect(port);
    ByteBuf startup = Unpooled.buffer();
    FrontendMessages.startup(startup, 0, Map.of("user", "trusty", "database", "postgres"));
    client.send(startup);
    client.readUntil('Z');
    return client;
  }

  public ScriptedClient send(ByteBuf bytes) throws IOException {
    bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
    socket.getOutputStream().flush();
    return this;
  }

  public ScriptedClient query(String sql) throws IOException {
    ByteBuf out = Unpooled.buffer();
    FrontendMessages.query(out, sql);
    return send(out);
  }

  /// Parse, Bind and Execute of the unnamed statement.
  public static void run(ByteBuf out, String sql) {
    FrontendMessages.parse(out, "", sql, List.of(), StandardCharsets.UTF_8);
    FrontendMessages.bind(out, List.of(), StandardCharsets.UTF_8);
    FrontendMessages.execute(out);
  }

  public static void message(ByteBuf out, char tag, String body) {
    out.writeByte(tag);
    out.writeInt(4 + body.length());
    out.writeCharSequence(body, StandardCharsets.UTF_8);
  }

  public Message read() throws IOException {
    char tag = (char) in.readUnsignedByte();
    byte[] body = new byte[in.readInt() - 4];
    in.readFully(body);
    return new Message(tag, new String(body, StandardCharsets.UTF_8));
  }

  /// The tags of all messages up to and including this one.
  public String readUntil(char tag) throws IOException {
    StringBuilder seen = new StringBuilder();
    while (true) {
      Message message = read();
      seen.append(message.tag());
      if (message.tag() == tag) {
        return seen.toString();
      }
      if (seen.length() > 10_000) {
        throw new EOFException("no '" + tag + "' among 10000 messages");
      }
    }
  }

  /// Whether something can be read without waiting.
  public boolean hasInput() throws IOException {
    return in.available() > 0;
  }

  public boolean atEnd() throws IOException {
    return in.read() < 0;
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

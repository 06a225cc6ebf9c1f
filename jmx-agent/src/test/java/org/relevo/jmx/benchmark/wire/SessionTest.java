package org.relevo.jmx.benchmark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.benchmark.script.Command;
import org.relevo.jmx.benchmark.script.Prng;
import org.relevo.jmx.benchmark.script.Scope;
import org.relevo.jmx.benchmark.script.ScriptParser;
import org.relevo.jmx.benchmark.script.Value;

/// A server may send what it likes: the connection is at fault then, and nothing else.
@Timeout(60)
class SessionTest {
  private final Scope scope = new Scope(Map.of(), new Prng(1));
  private final Session session = new Session(Protocol.SIMPLE, scope);
  private SocketChannel server;
  private SocketChannel client;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client = SocketChannel.open(listening.getLocalAddress());
      server = listening.accept();
    }
    Connection unused =
        (Connection)
            Proxy.newProxyInstance(
                SessionTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (_, method, _) -> {
                  throw new AssertionError(method + " is not expected");
                });
    session.use(new Wire(unused, client, null));
    Command first =
        ScriptParser.parse("test", "SELECT 1 AS a, 2 AS b \\gset\n", 1, 0).commands().getFirst();
    session.statement((Command.Sql) first);
    session.flush();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private static byte[] message(char type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    return header(type, Integer.BYTES + bytes.length).put(bytes).array();
  }

  /// A header, and room for what is as long as it says.
  private static ByteBuffer header(char type, int length) {
    int room = length > 100_000 ? Integer.BYTES : Math.max(Integer.BYTES, length);
    return ByteBuffer.allocate(1 + room).put((byte) type).putInt(length);
  }

  private static String columns(String... names) {
    StringBuilder body = new StringBuilder().append('\0').append((char) names.length);
    for (String name : names) {
      body.append(name).append("\0".repeat(19));
    }
    return body.toString();
  }

  private void answered(byte[]... messages) throws IOException {
    for (byte[] message : messages) {
      ByteBuffer rest = ByteBuffer.wrap(message);
      while (rest.hasRemaining()) {
        server.write(rest);
      }
    }
    server.shutdownOutput();
    while (!session.receive()) {
      // goes on until everything is there
    }
  }

  private void wrong(String message, byte[]... messages) {
    assertThatThrownBy(() -> answered(messages))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aRowIsKept() throws IOException {
    answered(
        message('T', columns("a", "b")),
        message('D', "\0\2" + "\0\0\0\1" + "1" + "\u00ff\u00ff\u00ff\u00ff"),
        message('C', "SELECT 1\0"),
        message('Z', "I"));
    assertThat(session.takeError()).isNull();
    assertThat(scope.find("a")).isEqualTo(new Value.Text("1"));
    assertThat(scope.find("b")).isEqualTo(Value.Null.IT);
  }

  @Test
  void lengthsThatAreTooLargeAreRefusedBeforeThereIsRoomForThem() {
    wrong(
        "message 'E' of the server has the length 2147483647",
        header('E', Integer.MAX_VALUE).array());
  }

  @Test
  void aLengthBelowItsOwnIsRefused() {
    wrong("message 'N' of the server has the length 3", header('N', 3).array());
  }

  @Test
  void aColumnMayNotBeLongerThanItsRow() {
    wrong(
        "message 'D' of the server is malformed",
        message('T', columns("a")),
        message('D', "\0\1" + "\u007f\u00ff\u00ff\u00ff"));
  }

  @Test
  void aRowMustHaveItsColumns() {
    wrong(
        "message 'Z' of the server is malformed",
        message('T', columns("a", "b")),
        message('D', "\0\1" + "\0\0\0\1" + "1"),
        message('C', "SELECT 1\0"),
        message('Z', "I"));
  }

  @Test
  void aMessageMustNotEndBeforeItsText() {
    wrong("message 'E' of the server is malformed", message('E', "Mnever ending"));
  }
}

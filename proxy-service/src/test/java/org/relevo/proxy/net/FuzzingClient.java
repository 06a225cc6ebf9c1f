package org.relevo.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// A client that sends a random conversation, whole or damaged, in random pieces, and leaves in a
/// random way. Every choice follows from its seed.
final class FuzzingClient {
  private static final int ANSWER_LIMIT_MS = 20_000;
  private static final List<String> SQL =
      List.of(
          "SELECT 1",
          "SELECT repeat('x', 20000)",
          "SELECT 1/0",
          "BEGIN",
          "COMMIT",
          "ROLLBACK",
          "SET application_name = 'f'",
          "SELECT generate_series(1, 300)",
          "LISTEN fuzz",
          "NOTIFY fuzz",
          "",
          "; ;",
          "PREPARE p AS SELECT 1",
          "EXECUTE p",
          "COPY (SELECT 1) TO STDOUT",
          "COPY fuzzed FROM STDIN",
          "DISCARD ALL",
          "SELECT 'c1_'");

  private final Random random;
  private boolean damaged;

  FuzzingClient(long seed) {
    this.random = new Random(seed);
  }

  /// Connects, talks, leaves.
  ///
  /// @throws SocketTimeoutException when the proxy neither answers nor closes
  void talk(int port) throws IOException {
    ByteBuf out = Unpooled.buffer();
    startup(out);
    int messages = random.nextInt(12);
    for (int i = 0; i < messages; i++) {
      message(out);
    }
    byte[] bytes = damage(ByteBufUtil.getBytes(out));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(ANSWER_LIMIT_MS);
      send(socket, bytes);
      leave(socket);
    }
  }

  private void startup(ByteBuf out) {
    int preludes = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0;
    for (int i = 0; i < preludes; i++) {
      out.writeInt(8).writeInt(random.nextBoolean() ? 80_877_103 : 80_877_104);
    }
    switch (random.nextInt(12)) {
      case 0 -> {
        byte[] key = new byte[random.nextInt(40)];
        FrontendMessages.cancelRequest(
            out, new CancelKey(random.nextInt(), ByteString.copyOf(key)));
        damaged = true;
      }
      case 1 -> {
        out.writeCharSequence("GET / HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.US_ASCII);
        damaged = true;
      }
      case 2 -> FrontendMessages.startup(out, random.nextInt(5), Map.of("user", "nobody"));
      default ->
          FrontendMessages.startup(
              out,
              random.nextInt(6) == 0 ? 2 : 0,
              Map.of("user", "trusty", "database", "postgres", "application_name", "fuzz"));
    }
  }

  private void message(ByteBuf out) {
    String sql = SQL.get(random.nextInt(SQL.size()));
    String name = random.nextBoolean() ? "" : "s" + random.nextInt(3);
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> FrontendMessages.query(out, sql);
      case 4 -> ScriptedClient.run(out, sql);
      case 5 -> FrontendMessages.sync(out);
      case 6 -> FrontendMessages.parse(out, name, sql, List.of(), StandardCharsets.UTF_8);
      case 7 -> ScriptedClient.message(out, 'D', (random.nextBoolean() ? "S" : "P") + name + "\0");
      case 8 -> ScriptedClient.message(out, 'C', (random.nextBoolean() ? "S" : "P") + name + "\0");
      case 9 -> ScriptedClient.message(out, "Hdcf".charAt(random.nextInt(4)), "x\0");
      case 10 -> ScriptedClient.message(out, 'E', name + "\0\0\0\0\1");
      default -> {
        byte[] body = new byte[random.nextInt(50)];
        random.nextBytes(body);
        char tag = (char) random.nextInt(128);
        out.writeByte(tag).writeInt(4 + body.length).writeBytes(body);
      }
    }
  }

  /// Half of all conversations are left whole; the others get wrong bytes, lengths, orders or ends.
  private byte[] damage(byte[] bytes) {
    byte[] result = bytes;
    int changes = random.nextBoolean() ? 0 : 1 + random.nextInt(4);
    damaged |= changes > 0;
    for (int i = 0; i < changes && result.length > 0; i++) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(5)) {
        case 0 -> result[at] = (byte) random.nextInt(256);
        case 1 -> result = java.util.Arrays.copyOf(result, at);
        case 2 -> {
          for (int j = at; j < Math.min(result.length, at + 4); j++) {
            result[j] = (byte) (random.nextBoolean() ? 0xFF : 0);
          }
        }
        case 3 -> {
          byte[] longer = java.util.Arrays.copyOf(result, result.length + random.nextInt(500));
          random.nextBytes(longer);
          System.arraycopy(result, 0, longer, 0, at);
          result = longer;
        }
        default -> {
          byte[] turned = result.clone();
          System.arraycopy(result, at, turned, 0, result.length - at);
          System.arraycopy(result, 0, turned, result.length - at, at);
          result = turned;
        }
      }
    }
    return result;
  }

  private void send(Socket socket, byte[] bytes) throws IOException {
    int most = new int[] {1, 5, 30, 400, 100_000}[random.nextInt(5)];
    try {
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(most));
        socket.getOutputStream().write(bytes, at, piece);
        at += piece;
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException _) {
      // The proxy has closed: the answer to nonsense.
    }
  }

  private void leave(Socket socket) throws IOException {
    switch (random.nextInt(4)) {
      case 0 -> socket.setSoLinger(true, 0); // a reset
      case 1 -> {
        // a plain close with answers unread
      }
      default -> {
        try {
          socket.shutdownOutput();
          InputStream in = socket.getInputStream();
          byte[] buffer = new byte[8192];
          long read = 0;
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            read += count;
            if (read > 50_000_000) {
              throw new IOException("endless answers");
            }
          }
        } catch (SocketTimeoutException e) {
          throw e;
        } catch (IOException e) {
          if ("endless answers".equals(e.getMessage())) {
            throw e;
          }
          // A reset is an end too.
        }
      }
    }
  }

  @Override
  public String toString() {
    return damaged ? "damaged" : "whole";
  }
}

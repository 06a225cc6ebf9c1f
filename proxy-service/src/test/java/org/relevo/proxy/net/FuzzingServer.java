package org.relevo.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.relevo.proxy.testkit.script.BackendSession;
import org.relevo.proxy.testkit.script.ScriptedBackend;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.StartupParser;
import org.relevo.proxy.wire.StartupRequest;

/// A server that is a right one for the user `good` and anything at all for the others: what it
/// does for the user `s17` follows from the seed 17. It always closes in the end.
final class FuzzingServer implements AutoCloseable {
  private static final int PATIENCE_MS = 200;
  private static final int TURNS = 8;

  private final ServerSocket listener;
  private final AtomicLong served = new AtomicLong();

  FuzzingServer() throws IOException {
    listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("fuzzing-server").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /// Connections of hostile service so far.
  long served() {
    return served.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      byte[] startup = startup(socket.getInputStream());
      StartupRequest request = StartupParser.parse(Unpooled.wrappedBuffer(startup));
      String user = request instanceof StartupRequest.Startup known ? known.user() : "good";
      BackendSession session = new ScriptedBackend(1001).open();
      session.receive(startup);
      if (user.startsWith("s")) {
        served.incrementAndGet();
        new Hostility(socket, session, Long.parseLong(user.substring(1))).play();
      } else {
        relay(socket, session);
      }
    } catch (IOException _) {
      // The proxy has closed.
    }
  }

  private static byte[] startup(InputStream in) throws IOException {
    byte[] length = in.readNBytes(4);
    if (length.length < 4) {
      throw new IOException("left before start-up");
    }
    byte[] rest = in.readNBytes(((length[2] & 0xFF) << 8 | (length[3] & 0xFF)) - 4);
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(length, rest));
  }

  private static void relay(Socket socket, BackendSession session) throws IOException {
    byte[] buffer = new byte[8192];
    int count = 0;
    while (count >= 0 && !session.ended()) {
      session.receive(java.util.Arrays.copyOf(buffer, count));
      ByteBuf out = session.out();
      socket.getOutputStream().write(ByteBufUtil.getBytes(out));
      out.clear();
      count = socket.getInputStream().read(buffer);
    }
  }

  /// One connection of bad service.
  private static final class Hostility {
    private final Socket socket;
    private final BackendSession session;
    private final Random random;
    private final ByteBuf out = Unpooled.buffer();

    Hostility(Socket socket, BackendSession session, long seed) throws IOException {
      this.socket = socket;
      this.session = session;
      this.random = new Random(seed);
      socket.setSoTimeout(PATIENCE_MS);
    }

    void play() throws IOException {
      login();
      flush();
      byte[] buffer = new byte[8192];
      int turns = random.nextInt(TURNS);
      for (int turn = 0; turn < turns; turn++) {
        try {
          int count = socket.getInputStream().read(buffer);
          if (count < 0) {
            return;
          }
          session.receive(java.util.Arrays.copyOf(buffer, count));
        } catch (SocketTimeoutException _) {
          // The client waits; so say something unasked.
        }
        if (random.nextInt(3) != 0) {
          out.writeBytes(session.out());
        }
        if (random.nextInt(3) == 0) {
          odd();
        }
        flush();
      }
    }

    private void login() {
      switch (random.nextInt(8)) {
        case 0 -> odd();
        case 1 -> {
          int kind = random.nextInt(14);
          byte[] data = new byte[random.nextInt(40)];
          random.nextBytes(data);
          BackendMessages.authentication(out, kind, data);
        }
        case 2 -> {
          BackendMessages.authentication(out, 10, bytes("SCRAM-SHA-256\0\0"));
          BackendMessages.authentication(
              out, 11, bytes("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2,s=W22ZaJ0SNY7soEsU,i=999999999"));
          BackendMessages.authentication(out, 12, bytes("v=AAAA"));
        }
        case 3 -> BackendMessages.readyForQuery(out, 'I');
        default -> {
          ByteBuf right = session.out();
          if (random.nextInt(3) == 0) {
            out.writeBytes(right, random.nextInt(right.readableBytes()));
            odd();
          }
          out.writeBytes(right);
        }
      }
    }

    /// A message that PostgreSQL would not send, or not here.
    private void odd() {
      switch (random.nextInt(13)) {
        case 0 -> message('E', "Mno state and no severity\0\0");
        case 1 -> message('E', random.nextBoolean() ? "" : "SERROR\0CXX");
        case 2 -> message('S', "name without a value\0");
        case 3 -> message('S', "a\0" + "x".repeat(1 << random.nextInt(20)) + "\0");
        case 4 -> {
          for (int i = 0; i < 3000; i++) {
            message('N', "SNOTICE\0VNOTICE\0C00000\0M" + "n".repeat(200) + "\0\0");
          }
        }
        case 5 -> out.writeByte("RSKZEDTNA".charAt(random.nextInt(9))).writeInt(random.nextInt());
        case 6 -> message("CDIntsT123".charAt(random.nextInt(10)), "\0\1");
        case 7 -> message("GHWcdAv".charAt(random.nextInt(7)), "\0\0\0");
        case 8 -> BackendMessages.readyForQuery(out, "ITEx\0".charAt(random.nextInt(5)));
        case 9 -> message('Z', random.nextBoolean() ? "" : "II");
        case 10 -> message('K', "x".repeat(random.nextInt(300)));
        case 11 -> BackendError.of("FATAL", "57P01", "going").writeTo(out);
        default -> {
          byte[] noise = new byte[random.nextInt(200)];
          random.nextBytes(noise);
          out.writeBytes(noise);
        }
      }
    }

    private void message(char tag, String body) {
      byte[] bytes = bytes(body);
      out.writeByte(tag).writeInt(4 + bytes.length).writeBytes(bytes);
    }

    /// In pieces, perhaps not to its end.
    private void flush() throws IOException {
      if (random.nextInt(12) == 0 && out.isReadable()) {
        out.writerIndex(out.readerIndex() + random.nextInt(out.readableBytes()));
        socket.getOutputStream().write(ByteBufUtil.getBytes(out));
        throw new IOException("breaks off");
      }
      int most = new int[] {3, 100, 100_000}[random.nextInt(3)];
      while (out.isReadable()) {
        int piece = Math.min(out.readableBytes(), 1 + random.nextInt(most));
        socket.getOutputStream().write(ByteBufUtil.getBytes(out.readSlice(piece)));
        most = out.readableBytes() > 20_000 ? 100_000 : most;
      }
      out.clear();
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /// The start-up packet of the client that is served by a seed.
  static Map<String, String> client(long seed) {
    return Map.of("user", "s" + seed, "database", "postgres");
  }
}

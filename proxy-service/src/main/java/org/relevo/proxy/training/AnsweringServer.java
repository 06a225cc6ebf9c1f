package org.relevo.proxy.training;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Speaks PostgreSQL's protocol and looks like a primary: answers the service's probe, and each
/// other SELECT with the row that pgbench reads. There is no data and no transaction.
///
/// Owner: thread-safe; [#close] once, which ends all connections.
final class AnsweringServer implements AutoCloseable {
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSSENC_REQUEST = 80_877_104;
  private static final int TEXT = 25;

  /// Columns of the service's probe (NodeQuery) and what a primary answers.
  private static final Map<String, String> PROBE = new LinkedHashMap<>();

  static {
    PROBE.put("recovery", "f");
    PROBE.put("timeline", "1");
    PROBE.put("received", "0/1000000");
    PROBE.put("flushed", "0/1000000");
    PROBE.put("replayed", "0/1000000");
    PROBE.put("lag_ms", "0");
    PROBE.put("streaming", "f");
    PROBE.put("paused", "f");
    PROBE.put("version", "18.0");
    PROBE.put("identifier", "7000000000000000001");
  }

  private final ServerSocket listening;

  AnsweringServer(int port) throws IOException {
    listening = new ServerSocket(port, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        client.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void serve(Socket client) {
    try (client;
        DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
      new Talk(in, out).run();
    } catch (EOFException | SocketException e) {
      // the client has left
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  /// One client's connection.
  private static final class Talk {
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<String, String> prepared = new HashMap<>();
    private String bound = "";

    Talk(DataInputStream in, DataOutputStream out) {
      this.in = in;
      this.out = out;
    }

    void run() throws IOException {
      greet();
      while (true) {
        Frame frame = Frame.read(in);
        if (frame.tag() == 'X') {
          return;
        }
        answer(frame);
        if (in.available() == 0) {
          out.flush();
        }
      }
    }

    private void greet() throws IOException {
      byte[] packet = Frame.untagged(in);
      int code = ByteBuffer.wrap(packet).getInt();
      while (code == SSL_REQUEST || code == GSSENC_REQUEST) {
        out.writeByte('N');
        out.flush();
        packet = Frame.untagged(in);
        code = ByteBuffer.wrap(packet).getInt();
      }
      Frame.write(out, 'R', new byte[Integer.BYTES]);
      for (String setting :
          List.of(
              "server_version\00018.0\0",
              "server_encoding\0UTF8\0",
              "client_encoding\0UTF8\0",
              "DateStyle\0ISO, MDY\0",
              "TimeZone\0UTC\0",
              "integer_datetimes\0on\0",
              "standard_conforming_strings\0on\0")) {
        Frame.write(out, 'S', setting);
      }
      Frame.write(out, 'K', new byte[2 * Integer.BYTES]);
      ready();
      out.flush();
    }

    private void ready() throws IOException {
      Frame.write(out, 'Z', "I");
    }

    private void answer(Frame frame) throws IOException {
      switch (frame.tag()) {
        case 'Q' -> {
          describe(frame.string(0), false);
          execute(frame.string(0));
          ready();
        }
        case 'P' -> {
          String name = frame.string(0);
          prepared.put(name, frame.string(name.length() + 1));
          Frame.write(out, '1');
        }
        case 'B' -> {
          String portal = frame.string(0);
          bound = prepared.getOrDefault(frame.string(portal.length() + 1), "");
          Frame.write(out, '2');
        }
        case 'D' -> {
          boolean statement = frame.string(0).startsWith("S");
          describe(statement ? prepared.getOrDefault(frame.string(1), "") : bound, true);
        }
        case 'E' -> execute(bound);
        case 'C' -> Frame.write(out, '3');
        case 'S' -> ready();
        default -> {
          // Flush, and what nobody here sends
        }
      }
    }

    private static boolean rows(String sql) {
      return sql.stripLeading().regionMatches(true, 0, "SELECT", 0, 6);
    }

    private static Map<String, String> row(String sql) {
      return sql.contains("pg_control_system") ? PROBE : Map.of("abalance", "0");
    }

    private void describe(String sql, boolean alone) throws IOException {
      if (!rows(sql)) {
        if (alone) {
          Frame.write(out, 'n');
        }
        return;
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      DataOutputStream fields = new DataOutputStream(body);
      fields.writeShort(row(sql).size());
      for (String name : row(sql).keySet()) {
        fields.write((name + "\0").getBytes(StandardCharsets.UTF_8));
        fields.writeInt(0);
        fields.writeShort(0);
        fields.writeInt(TEXT);
        fields.writeShort(-1);
        fields.writeInt(-1);
        fields.writeShort(0);
      }
      Frame.write(out, 'T', body.toByteArray());
    }

    private void execute(String sql) throws IOException {
      if (!rows(sql)) {
        String word = sql.strip().split("[\\s;]", 2)[0];
        Frame.write(out, word.isEmpty() ? 'I' : 'C', word.isEmpty() ? "" : word + "\0");
        return;
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      DataOutputStream values = new DataOutputStream(body);
      values.writeShort(row(sql).size());
      for (String value : row(sql).values()) {
        values.writeInt(value.length());
        values.write(value.getBytes(StandardCharsets.UTF_8));
      }
      Frame.write(out, 'D', body.toByteArray());
      Frame.write(out, 'C', "SELECT 1\0");
    }
  }
}

package org.relevo.proxy.situations;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Md5Password;

/// One connection of a [RawScript]: sends what it is told and tells what comes back.
final class RawPeer implements AutoCloseable {
  static final int ANSWER_LIMIT_MS = 5_000;
  private static final int MAX_BODY_BYTES = 64 << 20;
  private static final int CANCEL_REQUEST = 80877102;

  /// A message of the server.
  record Message(char tag, ByteString content) {
    byte[] body() {
      return content.toBytes();
    }
  }

  private final int port;
  private final Consumer<String> log;
  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final ByteArrayOutputStream queued = new ByteArrayOutputStream();
  private byte[] key = new byte[0];
  private boolean ended;

  /// @param log takes each answer
  RawPeer(int port, Consumer<String> log) throws IOException {
    this.port = port;
    this.log = log;
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(ANSWER_LIMIT_MS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  boolean ended() {
    return ended;
  }

  /// As BackendKeyData told it.
  int processNumber() {
    return key.length < 4 ? 0 : ByteBuffer.wrap(key).getInt();
  }

  void queue(byte[] bytes) {
    queued.writeBytes(bytes);
  }

  void queue(char tag, byte[] body) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    try (DataOutputStream data = new DataOutputStream(packet)) {
      data.writeByte(tag);
      data.writeInt(4 + body.length);
      data.write(body);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot fail", e);
    }
    queue(packet.toByteArray());
  }

  void send() throws IOException {
    try {
      socket.getOutputStream().write(queued.toByteArray());
      socket.getOutputStream().flush();
    } catch (SocketException _) {
      // The end is told when it is read.
    }
    queued.reset();
  }

  /// Logs in, answering any method of authentication.
  ///
  /// @param told whether the answers belong to the transcript
  void start(int major, int minor, Map<String, String> parameters, String password, boolean told)
      throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    parameters.forEach((name, value) ->
        body.writeBytes((name + "\0" + value + "\0").getBytes(StandardCharsets.UTF_8)));
    body.write(0);
    DataOutputStream out = new DataOutputStream(queued);
    out.writeInt(8 + body.size());
    out.writeInt(major << 16 | minor);
    out.write(body.toByteArray());
    send();
    ScramLogin scram = new ScramLogin(password);
    TreeSet<String> statuses = new TreeSet<>();
    for (Message message = next(); message != null; message = next()) {
      switch (message.tag()) {
        case 'R' -> answer(message.body(), scram, parameters.getOrDefault("user", ""), password);
        case 'K' -> key = message.body();
        default -> {
          // nothing to do
        }
      }
      String text = AnswerText.of(message.tag(), message.body());
      if (message.tag() == 'S') {
        statuses.add(text);
      } else if ((told && !accepted(message)) || message.tag() == 'E') {
        statuses.forEach(log);
        statuses.clear();
        log.accept(text);
      }
      if (message.tag() == 'Z') {
        return;
      }
    }
  }

  /// AuthenticationOk, which may come as late as what follows it: no client sees the difference.
  private static boolean accepted(Message message) {
    return message.tag() == 'R' && ByteBuffer.wrap(message.body()).getInt() == 0;
  }

  private void answer(byte[] body, ScramLogin scram, String user, String password)
      throws IOException {
    byte[] rest = Arrays.copyOfRange(body, 4, body.length);
    switch (body[3]) {
      case 3 -> password(password);
      case 5 -> password(Md5Password.answer(ScramLogin.md5(user, password), rest));
      case 10 -> {
        ByteArrayOutputStream initial = new ByteArrayOutputStream();
        byte[] first = scram.first().getBytes(StandardCharsets.UTF_8);
        initial.writeBytes("SCRAM-SHA-256\0".getBytes(StandardCharsets.UTF_8));
        new DataOutputStream(initial).writeInt(first.length);
        initial.writeBytes(first);
        queue('p', initial.toByteArray());
        send();
      }
      case 11 -> {
        String last = scram.last(new String(rest, StandardCharsets.UTF_8));
        queue('p', last.getBytes(StandardCharsets.UTF_8));
        send();
      }
      default -> {
        // 0 and 12 need no answer
      }
    }
  }

  private void password(String text) throws IOException {
    queue('p', (text + "\0").getBytes(StandardCharsets.UTF_8));
    send();
  }

  /// Tells all answers up to the given tags, one after the other; an error ends the wait for
  /// anything but ReadyForQuery, and a request for copy data ends any wait.
  ///
  /// @return false when no answer came in time
  boolean readUpTo(String tags) throws IOException {
    for (int i = 0; i < tags.length(); i++) {
      char wanted = tags.charAt(i);
      while (true) {
        Message message;
        try {
          message = next();
        } catch (SocketTimeoutException _) {
          log.accept("<no answer>");
          return false;
        }
        if (message == null) {
          return true;
        }
        log.accept(AnswerText.of(message.tag(), message.body()));
        char tag = message.tag();
        if (tag == wanted || tag == 'G') {
          break;
        }
        if (tag == 'E' && wanted != 'Z' && wanted != '*') {
          return true;
        }
      }
    }
    return true;
  }

  /// One byte, as the answer to a request for encryption.
  int readByte() throws IOException {
    return in.read();
  }

  /// The bytes up to the end, as of a protocol before 3.
  void readText() throws IOException {
    log.accept(
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .replace("\0", "\\0")
            .replaceAll("3\\.0 to 3\\.\\d", "3.0 to 3.*"));
  }

  boolean hasInput() throws IOException {
    return in.available() > 0;
  }

  /// @return null at the end of the connection
  private Message next() throws IOException {
    if (ended) {
      return null;
    }
    try {
      char tag = (char) in.readUnsignedByte();
      int length = in.readInt() - 4;
      if (length < 0 || length > MAX_BODY_BYTES) {
        ended = true;
        log.accept("<message '" + tag + "' of an impossible length>");
        return null;
      }
      byte[] body = new byte[length];
      in.readFully(body);
      return new Message(tag, ByteString.copyOf(body));
    } catch (EOFException | SocketException _) {
      ended = true;
      log.accept("<end>");
      return null;
    }
  }

  /// Sends a cancel request with this connection's key on a connection of its own and waits for
  /// that one's end.
  ///
  /// @param wrong whether to spoil the key
  void cancel(boolean wrong) throws IOException {
    byte[] given = key.clone();
    if (wrong) {
      given[given.length - 1] ^= 1;
    }
    try (Socket other = new Socket(InetAddress.getLoopbackAddress(), port)) {
      other.setSoTimeout(ANSWER_LIMIT_MS);
      DataOutputStream out = new DataOutputStream(other.getOutputStream());
      out.writeInt(8 + given.length);
      out.writeInt(CANCEL_REQUEST);
      out.write(given);
      out.flush();
      int answered = other.getInputStream().read();
      if (answered >= 0) {
        log.accept("cancel request was answered");
      }
    } catch (SocketException _) {
      // Reset instead of closed: nothing was answered.
    }
  }

  /// Ends without a word.
  void drop() throws IOException {
    ended = true;
    socket.close();
  }

  @Override
  public void close() throws IOException {
    if (!ended && !socket.isClosed()) {
      queued.reset();
      queue('X', new byte[0]);
      send();
    }
    socket.close();
  }
}

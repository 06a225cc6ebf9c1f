package org.relevo.proxy.pcp;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The `pcp_*` programs in both forms: today's options, and pgpool-II 2.2's positional ones
/// (`TIMEOUT HOST PORT USER PASSWORD [MORE]`). Exit codes are those of 2.2 in both: 2 end of file,
/// 4 read, 6 time-out, 7 arguments, 8 connection, 12 refused by the service, 13 login.
public final class PcpMain {
  private static final int EOF = 2;
  private static final int READ = 4;
  private static final int TIMEOUT = 6;
  private static final int CONNECT = 8;
  private static final int SERVER = 12;
  private static final int LOGIN = 13;
  private static final int MOST_ANSWER = 64 * 1024 * 1024;
  private static final double WEIGHT_UNIT = Integer.MAX_VALUE;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final String[] STATUS = {"unused", "waiting", "up", "down"};
  private static final String[] ROLE = {"main", "replica", "primary", "standby"};

  /// Ends the program with a text and its exit code.
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final int code;

    Failure(int code, String message) {
      super(message);
      this.code = code;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Answer(char type, byte[] body) {
    private Answer {
      body = body.clone();
    }

    List<String> texts() {
      List<String> all =
          new ArrayList<>(Arrays.asList(new String(body, StandardCharsets.UTF_8).split("\0", -1)));
      if (!all.isEmpty() && all.getLast().isEmpty()) {
        all.removeLast();
      }
      return all;
    }
  }

  private final PcpArguments arguments;
  private final PrintWriter out;

  private PcpMain(PcpArguments arguments, PrintWriter out) {
    this.arguments = arguments;
    this.out = out;
  }

  public static void main(String[] args) {
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    int code = run(args, out, err);
    out.flush();
    err.flush();
    System.exit(code);
  }

  private static PrintWriter writer(FileDescriptor stream) {
    return new PrintWriter(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
  }

  /// @param args name of the program, then its arguments
  /// @return the exit code
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    try {
      PcpArguments arguments =
          PcpArguments.parse(args[0], Arrays.asList(args).subList(1, args.length));
      if (arguments.help()) {
        out.println(PcpArguments.usage(args[0]));
        return 0;
      }
      new PcpMain(arguments, out).run();
      return 0;
    } catch (Failure e) {
      err.println(e.getMessage());
      return e.code;
    }
  }

  private void run() {
    try (Socket socket = new Socket()) {
      connect(socket);
      try {
        socket.setSoTimeout(arguments.timeoutMs());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        login(socket, in);
        send(socket, arguments.letter(), arguments.body().getBytes(StandardCharsets.UTF_8));
        show(answers(in));
        send(socket, 'X', new byte[0]);
      } catch (EOFException _) {
        throw new Failure(EOF, "ERROR: the service has ended the connection");
      } catch (java.net.SocketTimeoutException _) {
        throw new Failure(TIMEOUT, "ERROR: no answer in time");
      } catch (IOException e) {
        throw new Failure(READ, "ERROR: " + e.getMessage());
      }
    } catch (IOException e) {
      throw new Failure(READ, "ERROR: " + e.getMessage());
    }
  }

  private void connect(Socket socket) {
    try {
      socket.connect(
          new InetSocketAddress(arguments.host(), arguments.port()), arguments.connectMs());
    } catch (IOException e) {
      throw new Failure(
          CONNECT,
          "ERROR: connection to %s:%d failed: %s"
              .formatted(arguments.host(), arguments.port(), e.getMessage()));
    }
  }

  private void login(Socket socket, DataInputStream in) throws IOException {
    send(socket, 'M', new byte[0]);
    byte[] salt = read(in).body();
    String stored = PcpUsers.md5(arguments.password().getBytes(StandardCharsets.UTF_8));
    String hex = PcpUsers.md5((stored + arguments.user()).getBytes(StandardCharsets.UTF_8));
    ByteBuffer salted = ByteBuffer.allocate(hex.length() + salt.length);
    salted.put(hex.getBytes(StandardCharsets.UTF_8)).put(salt);
    String proof = arguments.user() + "\0" + PcpUsers.md5(salted.array()) + "\0";
    send(socket, 'R', proof.getBytes(StandardCharsets.UTF_8));
    Answer answer = read(in);
    if (answer.type() != 'r') {
      throw new Failure(LOGIN, error(answer));
    }
  }

  private static void send(Socket socket, char type, byte[] body) throws IOException {
    socket
        .getOutputStream()
        .write(
            ByteBuffer.allocate(5 + body.length)
                .put((byte) type)
                .putInt(4 + body.length)
                .put(body)
                .array());
    socket.getOutputStream().flush();
  }

  private static Answer read(DataInputStream in) throws IOException {
    while (true) {
      char type = (char) in.readUnsignedByte();
      int length = in.readInt() - 4;
      if (length < 0 || length > MOST_ANSWER) {
        throw new IOException("an answer of " + length + " bytes");
      }
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new EOFException();
      }
      if (type != 'N') {
        return new Answer(type, body);
      }
    }
  }

  private static List<List<String>> answers(DataInputStream in) throws IOException {
    List<List<String>> all = new ArrayList<>();
    while (true) {
      Answer answer = read(in);
      if (answer.type() == 'E') {
        throw new Failure(SERVER, error(answer));
      }
      List<String> texts = answer.texts();
      String kind = texts.isEmpty() ? "" : texts.getFirst();
      if (kind.equals("CommandComplete")) {
        if (texts.size() > 1) {
          all.add(texts.subList(1, texts.size()));
        }
        return all;
      }
      if (!kind.equals("ArraySize")) {
        all.add(texts.subList(1, texts.size()));
      }
    }
  }

  private static String error(Answer answer) {
    return answer.texts().stream()
        .filter(text -> text.startsWith("M"))
        .map(text -> "ERROR: " + text.substring(1))
        .findFirst()
        .orElse("ERROR: refused");
  }

  private void show(List<List<String>> rows) {
    switch (arguments.tool()) {
      case "pcp_node_info" -> rows.forEach(row -> out.println(node(row)));
      case "pcp_pool_status" ->
          rows.forEach(row -> {
            out.println("name : " + row.get(0));
            out.println("value: " + row.get(1));
            out.println("desc : " + row.get(2));
            out.println();
          });
      case "pcp_proc_count" -> {
        List<String> row = rows.getFirst();
        out.println(String.join(" ", row.subList(1, row.size())));
      }
      case "pcp_proc_info" ->
          rows.stream()
              .filter(row -> arguments.all() || !row.get(5).isEmpty())
              .forEach(row -> out.println(String.join(" ", row)));
      default -> {
        if (rows.isEmpty()) {
          out.println(arguments.tool() + " -- Command Successful");
        }
        rows.forEach(row -> out.println(String.join(" ", row)));
      }
    }
  }

  /// 12 or 13 fields of the service.
  private String node(List<String> row) {
    int more = row.size() - 12;
    String weight =
        String.format(java.util.Locale.ROOT, "%f", Double.parseDouble(row.get(5)) / WEIGHT_UNIT);
    if (arguments.positional()) {
      return String.join(" ", row.get(0), row.get(1), row.get(2), weight);
    }
    String delay = row.get(8 + more);
    String changed = TIME.format(Instant.ofEpochSecond(Long.parseLong(row.get(11 + more))));
    return String.join(
        " ",
        row.get(0),
        row.get(1),
        row.get(2),
        weight,
        row.get(3).equals("1") ? "quarantine" : word(STATUS, row.get(2)),
        row.get(4),
        word(ROLE, row.get(6)),
        row.get(7),
        delay,
        none(row.get(9 + more)),
        none(row.get(10 + more)),
        changed);
  }

  private static String word(String[] words, String number) {
    int index = Integer.parseInt(number);
    return index < words.length ? words[index] : number;
  }

  private static String none(String text) {
    return text.isEmpty() ? "none" : text;
  }
}

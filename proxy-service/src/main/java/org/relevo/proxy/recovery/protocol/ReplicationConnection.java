package org.relevo.proxy.recovery.protocol;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.recovery.protocol.ServerMessage.Authentication;
import org.relevo.proxy.recovery.protocol.ServerMessage.CommandComplete;
import org.relevo.proxy.recovery.protocol.ServerMessage.CopyData;
import org.relevo.proxy.recovery.protocol.ServerMessage.CopyDone;
import org.relevo.proxy.recovery.protocol.ServerMessage.CopyOut;
import org.relevo.proxy.recovery.protocol.ServerMessage.DataRow;
import org.relevo.proxy.recovery.protocol.ServerMessage.ErrorResponse;
import org.relevo.proxy.recovery.protocol.ServerMessage.Ignored;
import org.relevo.proxy.recovery.protocol.ServerMessage.ParameterStatus;
import org.relevo.proxy.recovery.protocol.ServerMessage.ReadyForQuery;
import org.relevo.proxy.recovery.protocol.ServerMessage.RowDescription;

/// A physical replication connection (`replication=true`): commands in, rows and COPY streams out.
/// [#query] is for commands that answer with rows only; [#send] and [#next] are for BASE_BACKUP,
/// whose answer is a sequence of rows and COPY streams.
///
/// Owner: the thread that uses it; closing it from another thread ends a blocked read.
public final class ReplicationConnection implements AutoCloseable {
  private static final int PROTOCOL_3_0 = 196608;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int MAX_ROWS = 10_000;

  private final ServerAddress address;
  private final Socket socket;
  private final MessageReader reader;
  private final OutputStream out;
  private final Map<String, String> parameters = new HashMap<>();
  private List<String> columns = List.of();
  private boolean refused;

  private ReplicationConnection(ServerAddress address, Socket socket) throws IOException {
    this.address = address;
    this.socket = socket;
    this.reader = new MessageReader(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    this.out = socket.getOutputStream();
  }

  /// Connects and logs in.
  ///
  /// @throws IOException naming user and address, in the server's words when it refused
  public static ReplicationConnection open(ServerAddress address, String applicationName)
      throws IOException {
    // The connection owns the socket; it is closed here on every failure before that.
    @SuppressWarnings("resource")
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      socket.setReceiveBufferSize(BUFFER_BYTES);
      socket.setSoTimeout(Math.toIntExact(address.silenceLimit().toMillis()));
      socket.connect(
          new InetSocketAddress(address.host(), address.port()),
          Math.toIntExact(address.connectLimit().toMillis()));
      ReplicationConnection connection =
          new ReplicationConnection(address, Encryption.of(address, socket));
      connection.startUp(applicationName);
      return connection;
    } catch (IOException | RuntimeException e) {
      try {
        socket.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      if (e instanceof ReplicationException refused) {
        throw refused;
      }
      throw new IOException("cannot connect for replication as " + address + ": " + reason(e), e);
    }
  }

  /// Major version, such as 18.
  public int serverMajor() throws IOException {
    String version = parameters.getOrDefault("server_version", "");
    String major = version.replaceFirst("\\D.*", "");
    if (major.isEmpty()) {
      throw new IOException(address + " did not say its version");
    }
    return Integer.parseInt(major);
  }

  /// Runs a command whose answer is rows only.
  ///
  /// @return each row by column name; SQL NULL is absent
  public List<Map<String, String>> query(String command) throws IOException {
    send(command);
    List<Map<String, String>> rows = new ArrayList<>();
    while (next() instanceof CopyEvent.Row row) {
      if (rows.size() == MAX_ROWS) {
        throw new IOException(address + " answered with more than " + MAX_ROWS + " rows");
      }
      rows.add(row.values());
    }
    return rows;
  }

  /// Sends a command; read its answer with [#next] until [CopyEvent.Ended].
  public void send(String command) throws IOException {
    while (refused) {
      // The end of the refused command's answer.
      refused = !(next() instanceof CopyEvent.Ended);
    }
    columns = List.of();
    write('Q', cString(command));
  }

  /// The next part of a command's answer.
  ///
  /// @throws ReplicationException when the server refused or broke off
  public CopyEvent next() throws IOException {
    while (true) {
      switch (read()) {
        case RowDescription description -> columns = description.columns();
        case DataRow row -> {
          return new CopyEvent.Row(byName(row));
        }
        case CommandComplete _ -> {}
        case CopyOut _ -> {
          return new CopyEvent.Begun();
        }
        case CopyData data -> {
          return new CopyEvent.Data(data.body());
        }
        case CopyDone _ -> {
          return new CopyEvent.Done();
        }
        case ReadyForQuery _ -> {
          return new CopyEvent.Ended();
        }
        case ErrorResponse error -> {
          refused = true;
          throw refused(error);
        }
        case ParameterStatus parameter -> keep(parameter);
        case Ignored _ -> {}
        case Authentication _ -> throw unexpected();
      }
    }
  }

  @Override
  public void close() {
    try {
      write('X', new byte[0]);
    } catch (IOException _) {
      // A broken connection cannot take a farewell; closing is what counts.
    }
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startUp(String applicationName) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(body);
    data.writeInt(PROTOCOL_3_0);
    for (String text :
        List.of(
            "user",
            address.user(),
            "replication",
            "true",
            "application_name",
            applicationName,
            "client_encoding",
            "UTF8")) {
      data.write(cString(text));
    }
    data.writeByte(0);
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    new DataOutputStream(framed).writeInt(body.size() + 4);
    framed.write(body.toByteArray());
    out.write(framed.toByteArray());
    out.flush();
    authenticate();
  }

  private void authenticate() throws IOException {
    @Nullable ScramSha256 scram = null;
    while (true) {
      switch (read()) {
        case Authentication request -> scram = answer(request, scram);
        case ParameterStatus parameter -> keep(parameter);
        case ErrorResponse error -> throw refused(error);
        case Ignored _ -> {}
        case ReadyForQuery _ -> {
          return;
        }
        case RowDescription _, DataRow _, CommandComplete _, CopyOut _, CopyData _, CopyDone _ ->
            throw unexpected();
      }
    }
  }

  private @Nullable ScramSha256 answer(Authentication request, @Nullable ScramSha256 scram)
      throws IOException {
    byte[] body = new byte[request.body().remaining()];
    request.body().get(body);
    String text = new String(body, StandardCharsets.UTF_8);
    switch (request.request()) {
      case 0 -> {
        return scram;
      }
      case 5 -> write('p', cString(md5(body)));
      case 10 -> {
        if (!Arrays.asList(text.split("\0", -1)).contains(ScramSha256.MECHANISM)) {
          throw new IOException("the server offers no SCRAM-SHA-256");
        }
        ScramSha256 started = new ScramSha256(address.password().get());
        byte[] first = started.clientFirst().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream chosen = new ByteArrayOutputStream();
        chosen.write(cString(ScramSha256.MECHANISM));
        new DataOutputStream(chosen).writeInt(first.length);
        chosen.write(first);
        write('p', chosen.toByteArray());
        return started;
      }
      case 11 -> {
        if (scram == null) {
          throw unexpected();
        }
        write('p', scram.clientFinal(text).getBytes(StandardCharsets.UTF_8));
      }
      case 12 -> {
        if (scram == null) {
          throw unexpected();
        }
        scram.verify(text);
      }
      default ->
          throw new IOException(
              "the server asks for authentication method "
                  + request.request()
                  + "; allow scram-sha-256, md5 or trust for replication in its pg_hba.conf");
    }
    return scram;
  }

  private String md5(byte[] salt) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      String inner = address.password().get() + address.user();
      String hex = HexFormat.of().formatHex(digest.digest(inner.getBytes(StandardCharsets.UTF_8)));
      digest.update(hex.getBytes(StandardCharsets.US_ASCII));
      digest.update(salt);
      return "md5" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this Java has no MD5, which the server asks for", e);
    }
  }

  private ServerMessage read() throws IOException {
    try {
      return reader.next();
    } catch (SocketTimeoutException e) {
      throw new IOException(
          address + " sent nothing for " + address.silenceLimit().toSeconds() + " s", e);
    }
  }

  private void write(char tag, byte[] body) throws IOException {
    ByteArrayOutputStream framed = new ByteArrayOutputStream(body.length + 5);
    framed.write(tag);
    new DataOutputStream(framed).writeInt(body.length + 4);
    framed.write(body);
    out.write(framed.toByteArray());
    out.flush();
  }

  private void keep(ParameterStatus parameter) {
    if (parameter.name().equals("server_version")) {
      parameters.put(parameter.name(), parameter.value());
    }
  }

  private Map<String, String> byName(DataRow row) throws IOException {
    if (row.values().size() != columns.size()) {
      throw unexpected();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Optional<String> value = row.values().get(i);
      if (value.isPresent()) {
        values.put(columns.get(i), value.get());
      }
    }
    return values;
  }

  private ReplicationException refused(ErrorResponse error) {
    return new ReplicationException(
        address + " refused: " + error.text() + " (SQLSTATE " + error.sqlState() + ")",
        error.sqlState());
  }

  private IOException unexpected() {
    return new IOException(address + " answered with a message that does not belong here");
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static byte[] cString(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }
}

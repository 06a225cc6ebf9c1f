package org.relevo.jmx.benchmark.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.postgres.JdbcTarget;

/// A socket behind which a server waits for the first statement. Plain ones never block; encrypted
/// ones do.
///
/// Owner: one job, apart from [#abort].
public final class Wire {
  private static final String APPLICATION = "relevo bench";
  private static final int CHUNK = 16 * 1024;

  // Kept, for the driver closes what nobody refers to any more.
  private final Connection session;
  private final SocketChannel channel;
  private final @Nullable Socket encrypted;
  private final byte[] chunk;

  Wire(Connection session, SocketChannel channel, @Nullable Socket encrypted) {
    this.session = session;
    this.channel = channel;
    this.encrypted = encrypted;
    this.chunk = new byte[encrypted == null ? 0 : CHUNK];
  }

  /// Logs in. Blocks for at most the connect limit and some answers of the server.
  ///
  /// @param answerLimit how long the server may be silent while somebody logs in; for an encrypted
  ///   connection, which blocks, afterwards too
  public static Wire open(JdbcTarget target, Duration connectLimit, Duration answerLimit)
      throws SQLException {
    Connection session = null;
    try {
      session = keeping(target).open(APPLICATION, connectLimit, answerLimit);
      SocketChannel channel = KeptSocketFactory.take();
      if (channel == null) {
        throw new IOException("the driver made no socket");
      }
      Socket encrypted = KeptTlsFactory.take();
      if (encrypted == null) {
        channel.configureBlocking(false);
      } else {
        encrypted.setSoTimeout(Math.toIntExact(answerLimit.toMillis()));
      }
      return new Wire(session, channel, encrypted);
    } catch (IOException e) {
      abort(session, e);
      throw new SQLException("cannot take over the connection to " + target, "08001", e);
    }
  }

  private static void abort(@Nullable Connection session, Exception cause) {
    if (session != null) {
      try {
        session.abort(Runnable::run);
      } catch (SQLException e) {
        cause.addSuppressed(e);
      }
    }
  }

  private static JdbcTarget keeping(JdbcTarget target) {
    return new JdbcTarget(
        target.host(),
        target.port(),
        target.database(),
        target.user(),
        target.password(),
        () -> {
          Map<String, String> all = new HashMap<>(target.encryption().get());
          all.put("socketFactory", KeptSocketFactory.class.getName());
          all.put("sslfactory", KeptTlsFactory.class.getName());
          return all;
        });
  }

  /// Whether [#read] and [#write] block.
  public boolean encrypted() {
    return encrypted != null;
  }

  public SocketChannel channel() {
    return channel;
  }

  /// @return bytes read; -1 at the end
  int read(ByteBuffer into) throws IOException {
    if (encrypted == null) {
      return channel.read(into);
    }
    InputStream stream = encrypted.getInputStream();
    int count = stream.read(chunk, 0, Math.min(chunk.length, into.remaining()));
    if (count > 0) {
      into.put(chunk, 0, count);
    }
    return count;
  }

  void write(ByteBuffer from) throws IOException {
    if (encrypted == null) {
      channel.write(from);
      return;
    }
    OutputStream stream = encrypted.getOutputStream();
    while (from.hasRemaining()) {
      int count = Math.min(chunk.length, from.remaining());
      from.get(chunk, 0, count);
      stream.write(chunk, 0, count);
    }
    stream.flush();
  }

  /// Ends the connection at once; any thread may ask for it.
  public void abort() throws SQLException {
    session.abort(Runnable::run);
  }
}

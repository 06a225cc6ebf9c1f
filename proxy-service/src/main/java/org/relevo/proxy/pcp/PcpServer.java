package org.relevo.proxy.pcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.relevo.proxy.console.ConsoleSource;
import org.relevo.proxy.net.ManagementPort;
import org.relevo.proxy.net.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens for PCP clients.
///
/// Owner: thread-safe; [#close] once.
public final class PcpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PcpServer.class);
  private static final int MOST_SESSIONS = 64;
  private static final long LOGIN_MS = 10_000;
  private static final long PENALTY_MS = 1_000;
  private static final long IDLE_HOURS = 24;

  private final PcpCommands commands;
  private final Path userFile;
  private final AtomicInteger sessions = new AtomicInteger();
  private final Refusals refusals = new Refusals();
  private final ManagementPort port;
  private volatile long loginMs = LOGIN_MS;

  private PcpServer(ManagementPort.Place place, Path userFile, PcpCommands commands)
      throws IOException {
    this.commands = commands;
    this.userFile = userFile;
    this.port =
        ManagementPort.open(
            place,
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new ReadTimeoutHandler(IDLE_HOURS, TimeUnit.HOURS))
                    .addLast(new PcpDecoder())
                    .addLast(new PcpSession(PcpServer.this));
              }
            });
  }

  /// @param userFile `pcp.conf`, read at each login
  /// @param version whose layouts clients expect
  /// @throws IOException naming address, port and setting when it cannot be had
  public static PcpServer start(
      ManagementPort.Place place,
      Path userFile,
      Supplier<PcpVersion> version,
      ConsoleSource source,
      PcpActs acts)
      throws IOException {
    return new PcpServer(place, userFile, new PcpCommands(source, acts, version));
  }

  public InetSocketAddress address() {
    return port.address();
  }

  /// Connections and messages that were refused since start.
  public long refusalsTotal() {
    return refusals.total();
  }

  PcpCommands commands() {
    return commands;
  }

  /// As the file is now, so that a new user needs no restart.
  PcpUsers users() {
    try {
      return PcpUsers.read(userFile);
    } catch (IOException e) {
      LOG.warn("pcp.no-users file={} reason=\"{}\"", userFile, e.toString());
      return PcpUsers.of("");
    }
  }

  long loginMs() {
    return loginMs;
  }

  /// Of connections that come from now on; for tests.
  void loginMs(long limit) {
    loginMs = limit;
  }

  long penaltyMs() {
    return PENALTY_MS;
  }

  /// @return false when there are too many
  boolean arrived() {
    if (sessions.incrementAndGet() > MOST_SESSIONS) {
      sessions.decrementAndGet();
      return false;
    }
    return true;
  }

  void left() {
    sessions.decrementAndGet();
  }

  void run(Runnable command) {
    Thread.ofVirtual().name("pcp-command").start(command);
  }

  /// Counts, and logs at most one a second: whoever can reach the port could fill the log.
  void refused(String kind, String client, String reason) {
    long count = refusals.add();
    if (count != Refusals.QUIET) {
      LOG.warn(
          "pcp.turned-away kind={} client={} reason=\"{}\" total={}", kind, client, reason, count);
    }
  }

  @Override
  public void close() {
    port.close();
  }
}

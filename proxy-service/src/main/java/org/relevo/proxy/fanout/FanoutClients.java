package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.session.ClientServers;
import org.relevo.proxy.session.SessionlessClient;
import org.relevo.proxy.wire.BackendError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The package's door: serves each client by a [FanoutSession] on a virtual thread of its own.
///
/// Owner: thread-safe; [#close] ends all sessions.
public final class FanoutClients implements ClientServers, AutoCloseable {
  /// A commit under way waits that long for each of the other nodes at most.
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(40);

  private static final BackendError STOPPING =
      BackendError.fatal(
          SqlState.ADMIN_SHUTDOWN, "terminating connection because the service is stopping");
  private static final Logger LOG = LoggerFactory.getLogger(FanoutClients.class);

  private final ReplicaSet replicas;
  private final CommitJournal journal;
  private final Analyzers analyzers =
      new Analyzers(Math.max(2, Runtime.getRuntime().availableProcessors()));
  private final Map<FanoutSession, Thread> sessions = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /// @param journal that was started
  public FanoutClients(ReplicaSet replicas, CommitJournal journal) {
    this.replicas = replicas;
    this.journal = journal;
  }

  @Override
  public SessionlessClient serve(ClientDoor door) {
    return new Client(door);
  }

  /// How many clients are served.
  public int clients() {
    return sessions.size();
  }

  /// Waits for commits under way; one that does not end in time is cut.
  @Override
  public void close() {
    closed = true;
    sessions.forEach((session, thread) -> session.stop(STOPPING, thread));
    long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
    try {
      for (Thread thread : List.copyOf(sessions.values())) {
        if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
          LOG.error("replication.stop-cut limit_s={}", CLOSE_LIMIT.toSeconds());
          thread.interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    journal.close();
  }

  /// The channel's side. Owner: event loop of the client.
  private final class Client implements SessionlessClient {
    private final ClientPort port;
    private final ClientDoor door;

    Client(ClientDoor door) {
      this.door = door;
      this.port = new ClientPort(door);
    }

    @Override
    public void begin() {
      var _ = Thread.ofVirtual().name("relevo-client").start(this::run);
    }

    private void run() {
      FanoutSession session;
      try {
        session = new FanoutSession(door, replicas, journal, analyzers, port);
      } catch (RuntimeException e) {
        port.close(BackendError.of("FATAL", "42601", String.valueOf(e.getMessage())));
        door.dismiss();
        return;
      }
      sessions.put(session, Thread.currentThread());
      if (closed) {
        session.stop(STOPPING, Thread.currentThread());
      }
      try {
        session.run();
      } catch (RuntimeException e) {
        LOG.error("replication.session-failed reason=\"{}\"", e.toString(), e);
        port.close(BackendError.of("FATAL", "XX000", "internal error; see the service's log"));
      } finally {
        sessions.remove(session);
      }
    }

    @Override
    public void fromClient(ByteBuf in) {
      port.fromClient(in);
    }

    @Override
    public void writabilityChanged() {
      port.writabilityChanged();
    }

    @Override
    public void end() {
      port.ended();
    }
  }
}

package org.relevo.proxy.session;

import io.netty.channel.Channel;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;

/// Gives clients their cancel keys and brings cancel requests to the server connection that runs
/// the client's statement. A request for an unknown key, or for a session with nothing running,
/// ends without a word, as PostgreSQL does it.
///
/// Owner: thread-safe.
final class CancelDesk {
  static final int MAX_IN_FLIGHT = 64;
  private static final int SHORT_KEY_BYTES = 4;
  private static final int LONG_KEY_BYTES = 32;

  private final ConcurrentMap<CancelKey, Session> sessions = new ConcurrentHashMap<>();
  private final ConcurrentMap<CancelKey, CancelTarget> others = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger inFlight = new AtomicInteger();

  /// A key of our own: the server's process number, so that tools that compare it with
  /// `pg_backend_pid()` are right, and a secret that is not the server's.
  ///
  /// @param longKey whether the client's protocol allows more than four bytes
  CancelKey register(int processId, boolean longKey, Session session) {
    return register(processId, longKey, session, sessions);
  }

  /// @return a key that ends what a client waits for that has no session
  CancelKey register(int processId, boolean longKey, CancelTarget client) {
    return register(processId, longKey, client, others);
  }

  private <T> CancelKey register(
      int processId, boolean longKey, T owner, ConcurrentMap<CancelKey, T> owners) {
    while (true) {
      CancelKey key = newKey(processId, longKey);
      if (owners.putIfAbsent(key, owner) == null) {
        return key;
      }
    }
  }

  /// A key that cancels nothing until it is registered.
  CancelKey newKey(int processId, boolean longKey) {
    byte[] secret = new byte[longKey ? LONG_KEY_BYTES : SHORT_KEY_BYTES];
    random.nextBytes(secret);
    return new CancelKey(processId, ByteString.copyOf(secret));
  }

  void forget(CancelKey key) {
    sessions.remove(key);
    others.remove(key);
  }

  /// Serves a cancel request; the requester's connection closes when it has been delivered. A
  /// requester that leaves before is served all the same, as by PostgreSQL.
  void cancel(CancelKey key, Channel requester) {
    CancelTarget other = others.get(key);
    if (other != null) {
      other.loop().execute(other::cancel);
    }
    Session session = sessions.get(key);
    if (session == null || inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
      if (session != null) {
        inFlight.decrementAndGet();
      }
      var _ = requester.close();
      return;
    }
    session.loop().execute(() -> deliver(session, requester));
  }

  private void deliver(Session session, Channel requester) {
    Runnable served =
        () -> {
          inFlight.decrementAndGet();
          var _ = requester.close();
        };
    ServerConnection server = session.running();
    CancelKey key = server == null ? null : server.cancelKey();
    if (server == null || key == null) {
      session.cancelQueued();
      served.run();
      return;
    }
    new CancelDelivery(session, server, key, served).begin();
  }
}

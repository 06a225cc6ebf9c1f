package org.relevo.proxy.session;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.BackendError;

/// How long a client may be silent.
final class SessionTimes {
  private SessionTimes() {}

  /// @param server the connection that the session holds, null for none
  /// @param inBlock whether the client is in a transaction, whoever knows of it
  /// @return the end of a session that has been silent too long
  static Optional<BackendError> exceeded(
      PoolSettings settings, @Nullable ServerConnection server, boolean inBlock, long quietNs) {
    if (server != null && !server.outstanding().answeredAll()) {
      return Optional.empty();
    }
    if (inBlock || (server != null && server.outstanding().status() != 'I')) {
      return over(quietNs, settings.idleInTransaction().toNanos())
          ? ended("25P03", "idle-in-transaction timeout")
          : Optional.empty();
    }
    return over(quietNs, settings.clientIdle().toNanos())
        ? ended("57P05", "idle-session timeout")
        : Optional.empty();
  }

  private static boolean over(long ns, long limitNs) {
    return limitNs > 0 && ns > limitNs;
  }

  private static Optional<BackendError> ended(String sqlState, String limit) {
    return Optional.of(
        BackendError.of("FATAL", sqlState, "terminating connection due to " + limit));
  }
}

package org.relevo.proxy.session;

import java.time.Duration;

/// What sessions are allowed; replaced as a whole by a reload.
///
/// @param maxUnauthenticated most clients whose authentication has not ended
public record SessionSettings(
    int maxClients,
    Duration authenticationTimeout,
    Duration connectTimeout,
    Duration primaryWaitTimeout,
    boolean replicationAllowed,
    int maxUnauthenticated) {
  /// No limit but that of all clients.
  public SessionSettings(
      int maxClients,
      Duration authenticationTimeout,
      Duration connectTimeout,
      Duration primaryWaitTimeout,
      boolean replicationAllowed) {
    this(
        maxClients,
        authenticationTimeout,
        connectTimeout,
        primaryWaitTimeout,
        replicationAllowed,
        Integer.MAX_VALUE);
  }
}

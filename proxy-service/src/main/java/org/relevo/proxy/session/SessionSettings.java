package org.relevo.proxy.session;

import java.time.Duration;
import java.util.Set;
import org.relevo.proxy.console.ConsoleAccess;

/// What sessions are allowed; replaced as a whole by a reload.
///
/// @param reservedClients of the most clients, those kept for the console
/// @param console who may use it
/// @param maxUnauthenticated most clients whose authentication has not ended
/// @param asksOutcomes whether what became of a COMMIT without an answer is asked for
public record SessionSettings(
    int maxClients,
    Duration authenticationTimeout,
    Duration connectTimeout,
    Duration primaryWaitTimeout,
    boolean replicationAllowed,
    int reservedClients,
    ConsoleAccess console,
    int maxUnauthenticated,
    boolean asksOutcomes) {
  /// Without a limit but that of all clients.
  public SessionSettings(
      int maxClients,
      Duration authenticationTimeout,
      Duration connectTimeout,
      Duration primaryWaitTimeout,
      boolean replicationAllowed,
      int reservedClients,
      ConsoleAccess console) {
    this(
        maxClients,
        authenticationTimeout,
        connectTimeout,
        primaryWaitTimeout,
        replicationAllowed,
        reservedClients,
        console,
        Integer.MAX_VALUE,
        true);
  }

  /// Without a console.
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
        0,
        new ConsoleAccess(Set.of(), Set.of()));
  }
}

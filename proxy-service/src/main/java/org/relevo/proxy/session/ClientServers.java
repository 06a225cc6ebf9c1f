package org.relevo.proxy.session;

/// Serves clients that have logged in, in another way than by sessions.
@FunctionalInterface
public interface ClientServers {
  /// On the client's loop.
  SessionlessClient serve(ClientDoor door);
}

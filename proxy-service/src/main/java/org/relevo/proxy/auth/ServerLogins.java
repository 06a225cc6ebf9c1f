package org.relevo.proxy.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.Scram;

/// Logs the service in to servers.
///
/// Thread-safe; each login belongs to the event loop of its connection.
public final class ServerLogins {
  private static final int MAX_REMEMBERED = 1000;

  private final OffLoop computing;
  private final BooleanSupplier clearTextAllowed;
  // Guarded by itself. Deriving keys takes milliseconds; a role's servers ask for the same again.
  private final Map<Derived, Scram.Keys> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Derived, Scram.Keys> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  private record Derived(Secret password, ByteString salt, int iterations) {}

  /// @param clearTextAllowed asked at each login: whether a password may go as it is over a
  ///   connection that others can listen to
  public ServerLogins(OffLoop computing, BooleanSupplier clearTextAllowed) {
    this.computing = computing;
    this.clearTextAllowed = clearTextAllowed;
  }

  /// Begins one login. Nothing is sent before the server's first request.
  public ServerLogin begin(Credentials credentials, ServerFacts server, ServerLogin.Peer peer) {
    return new ServerExchange(this, credentials, server, clearTextAllowed.getAsBoolean(), peer);
  }

  CompletionStage<Scram.Keys> keys(Secret password, Scram.ServerFirst challenge) {
    Derived derived = new Derived(password, challenge.salt(), challenge.iterations());
    synchronized (remembered) {
      Scram.Keys keys = remembered.get(derived);
      if (keys != null) {
        return CompletableFuture.completedFuture(keys);
      }
    }
    return computing.run(() -> {
      Scram.Keys keys = Scram.keys(password.value(), challenge.salt(), challenge.iterations());
      synchronized (remembered) {
        remembered.put(derived, keys);
      }
      return keys;
    });
  }
}

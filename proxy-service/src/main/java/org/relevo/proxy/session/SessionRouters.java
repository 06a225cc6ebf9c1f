package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;

/// Gives each new session its router. Thread-safe.
@FunctionalInterface
public interface SessionRouters {
  /// Everything goes to the primary.
  SessionRouters NONE = (_, _, _) -> null;

  /// On the session's loop.
  ///
  /// @param loop number of the session's event loop
  /// @return null when nothing is ever balanced for it: the session is relayed without being looked
  ///   at
  @Nullable SessionRouter of(int loop, String database, String user);
}

package org.relevo.proxy.agent;

import java.io.IOException;

/// What lets a server become a primary, and stops it again when this member's time is over.
///
/// ```text
/// begin ──► a guard runs and will stop the server, whatever it runs as, at the deadline
/// check ──► just before a promotion      unseal ──► just before a start as a primary
/// ```
///
/// A service that was frozen between a question and what it does next comes back to a server that
/// the guard has stopped and sealed. Each call may wait for a few seconds.
public interface Guarding {
  /// A guard stands beside the server from now on, until a report says that it is no primary.
  ///
  /// @throws IOException when the deadline has passed or there is no guard
  void begin() throws IOException;

  /// Asks the guard itself.
  ///
  /// @throws IOException when it is too late
  void check() throws IOException;

  /// The guard takes the standby's mark away, so that the next start is as a primary.
  ///
  /// @throws IOException when it is too late; the mark stays
  void unseal() throws IOException;
}

package org.relevo.proxy.failover;

import java.util.Optional;
import org.relevo.proxy.core.BackendId;

/// A configured server as far as decisions need it.
///
/// @param detached why the node is never served, whatever it answers; empty for the others
public record NodeSpec(
    BackendId id, String name, String host, int port, Optional<String> detached) {
  /// A node that may be served.
  public NodeSpec(BackendId id, String name, String host, int port) {
    this(id, name, host, port, Optional.empty());
  }
}

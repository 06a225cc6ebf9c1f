package org.relevo.proxy.fanout;

import java.io.IOException;
import org.relevo.proxy.core.BackendId;

/// The connection to a node has ended, or the node has not answered in time.
final class LinkLostException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient BackendId node;

  LinkLostException(BackendId node, String why) {
    super(node + " " + why);
    this.node = node;
  }

  BackendId node() {
    return node;
  }
}

package org.relevo.proxy.agent;

import java.nio.file.Path;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;

/// A server as hooks name it.
///
/// @param id -1 for none
public record HookNode(int id, String host, String port, String dataDirectory) {
  public static final HookNode NONE = new HookNode(-1, "", "", "");

  public static HookNode of(NodeSettings node) {
    return of(
        node.id(), node.host(), node.port(), node.dataDirectory().map(Path::toString).orElse(""));
  }

  public static HookNode of(BackendId id, String host, int port, String dataDirectory) {
    return new HookNode(id.value(), host, String.valueOf(port), dataDirectory);
  }
}

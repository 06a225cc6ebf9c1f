package org.relevo.proxy.net;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Unix-domain sockets to listen on.
///
/// @param permissions as for `chmod`
/// @param group owner of the files; empty for the account's own
public record UnixSockets(List<Path> directories, int permissions, Optional<String> group) {
  public static final UnixSockets NONE = new UnixSockets(List.of(), 0777, Optional.empty());

  public UnixSockets {
    directories = List.copyOf(directories);
  }
}

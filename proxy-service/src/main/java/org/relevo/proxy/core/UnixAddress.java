package org.relevo.proxy.core;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A server's host that is a folder: the server is reached by the Unix-domain socket in it, as in
/// libpq and pgpool-II.
public final class UnixAddress {
  /// Size of `sun_path` of Linux, less its terminator.
  private static final int MOST_BYTES = 107;

  private UnixAddress() {}

  public static boolean is(String host) {
    return host.startsWith("/");
  }

  /// The socket's file, named as PostgreSQL names it.
  public static Path file(String folder, int port) {
    return Path.of(folder, ".s.PGSQL." + port);
  }

  /// Whether the kernel takes a name of this length.
  public static boolean fits(String folder, int port) {
    byte[] name = file(folder, port).toString().getBytes(StandardCharsets.UTF_8);
    return name.length <= MOST_BYTES;
  }
}

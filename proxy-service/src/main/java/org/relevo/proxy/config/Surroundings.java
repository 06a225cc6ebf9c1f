package org.relevo.proxy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What defaults are worked out from.
///
/// @param hostName this machine's name
record Surroundings(String hostName, String userName, Path home, Map<String, String> environment) {
  private static final Path HOST_NAME_FILE = Path.of("/etc/hostname");

  static Surroundings ofThisProcess() {
    return new Surroundings(
        readHostName(),
        System.getProperty("user.name", ""),
        Path.of(System.getProperty("user.home", ".")),
        System.getenv());
  }

  /// `/var/lib/relevo` for root, the user's own state folder for anybody else.
  Path dataDirectory() {
    if (userName.equals("root")) {
      return Path.of("/var/lib/relevo");
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    return state.isEmpty() ? home.resolve(".local/state/relevo") : Path.of(state, "relevo");
  }

  /// Where pgpool-II looks for its key.
  Path keyFile() {
    String named = environment.getOrDefault("PGPOOLKEYFILE", "");
    return named.isEmpty() ? home.resolve(".pgpoolkey") : Path.of(named);
  }

  /// The kernel's file first: a look-up by address could wait for a name server.
  private static String readHostName() {
    try {
      String name = Files.readString(HOST_NAME_FILE).strip();
      return name.isEmpty() ? "localhost" : name;
    } catch (IOException _) {
      return "localhost"; // not every system has the file; the name is only a label
    }
  }
}

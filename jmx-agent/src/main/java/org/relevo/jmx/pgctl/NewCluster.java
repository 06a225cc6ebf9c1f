package org.relevo.jmx.pgctl;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// Makes a new PostgreSQL cluster on loopback that is ready to be replicated: SCRAM for everybody,
/// replication allowed, `wal_log_hints` on so that it can be rewound.
public final class NewCluster {
  /// Below the ports that systems give to outgoing connections: one of those may be taken by
  /// anybody between the question and its use.
  private static final int LEAST_PORT = 12_000;

  private static final int MOST_PORT = 32_000;
  private static final int PORT_ATTEMPTS = 200;

  private NewCluster() {}

  /// Runs initdb and writes the settings; does not start the server.
  ///
  /// @param folder parent of the data directory; made when missing, must be reachable by the
  ///   account
  /// @param superuser name of the first role
  /// @param settings further `postgresql.conf` settings, values as PostgreSQL quotes them
  /// @return the stopped cluster in `folder/data`
  public static PgCtl create(
      PgBinaries binaries,
      Path folder,
      ServerAccount account,
      int port,
      String superuser,
      String password,
      Map<String, String> settings)
      throws IOException {
    Files.createDirectories(folder);
    account.own(folder);
    PgCtl control = new PgCtl(binaries, folder.resolve("data"), account);
    Path passwordFile =
        Files.createTempFile(
            folder,
            ".password-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(passwordFile, password + "\n");
      account.own(passwordFile);
      control.initdb(superuser, passwordFile);
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    String own =
        """

        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''
        wal_level = replica
        hot_standby = on
        max_wal_senders = 10
        max_replication_slots = 10
        wal_keep_size = '256MB'
        wal_log_hints = on
        log_line_prefix = '%%m [%%p] '
        lc_messages = 'C'
        """
            .formatted(port);
    String more =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
            .sorted()
            .collect(Collectors.joining());
    Files.writeString(
        control.dataDirectory().resolve("postgresql.conf"), own + more, StandardOpenOption.APPEND);
    Files.writeString(
        control.dataDirectory().resolve("pg_hba.conf"),
        """
        # TYPE  DATABASE     USER  ADDRESS       METHOD
        host    all          all   127.0.0.1/32  scram-sha-256
        host    replication  all   127.0.0.1/32  scram-sha-256
        """);
    return control;
  }

  /// A loopback port that was free a moment ago.
  public static int freePort() throws IOException {
    for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST_PORT, MOST_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException _) {
        // Somebody has it; another is as good.
      }
    }
    throw new IOException("no port from " + LEAST_PORT + " to " + MOST_PORT + " is free");
  }
}

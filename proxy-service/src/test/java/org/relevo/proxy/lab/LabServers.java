package org.relevo.proxy.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.BackupProgress;
import org.relevo.proxy.recovery.BaseBackup;
import org.relevo.proxy.recovery.BaseBackupRequest;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.recovery.protocol.ServerAddress;
import org.relevo.proxy.testkit.LabServer;

/// Makes the servers of a lab: a primary and streaming standbys, each on its own machine.
final class LabServers {
  static final int PORT = 5432;
  private static final long START_S = 60;

  private final Path folder;
  private final LabNetwork network;

  LabServers(Path folder, LabNetwork network) {
    this.folder = folder;
    this.network = network;
  }

  /// A running primary.
  ///
  /// @param settings beside the lab's own, values as PostgreSQL quotes them
  void primary(String name, Map<String, String> settings) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> all = new HashMap<>(settings);
    all.put("listen_addresses", "'*'");
    all.putIfAbsent("fsync", "off");
    all.putIfAbsent("shared_buffers", "'32MB'");
    all.putIfAbsent("min_wal_size", "'32MB'");
    all.putIfAbsent("max_connections", "150");
    PgCtl control =
        NewCluster.create(
            LabServer.binaries(),
            home(name),
            ServerAccount.forNewServers(),
            PORT,
            LabServer.USER,
            LabServer.PASSWORD,
            all);
    Files.writeString(
        control.dataDirectory().resolve("pg_hba.conf"),
        """
        host all         all %1$s scram-sha-256
        host replication all %1$s scram-sha-256
        """
            .formatted(network.range()));
    start(name);
  }

  /// A running standby of a running server.
  void standby(String name, String application, String source) throws IOException {
    Files.createDirectories(home(name));
    ServerAccount account = ServerAccount.forNewServers();
    account.own(home(name));
    BaseBackup.run(
        new BaseBackupRequest(
            address(source), data(name), account, Optional.empty(), 0, false, BackupProgress.NONE));
    new StandbySetup(address(source), application, Optional.empty(), Map.of())
        .write(data(name), account);
    start(name);
  }

  Path home(String name) {
    return folder.resolve(name).resolve("pg");
  }

  Path data(String name) {
    return home(name).resolve("data");
  }

  Path log(String name) {
    return home(name).resolve("server.log");
  }

  ServerAddress address(String name) {
    return ServerAddress.of(network.address(name), PORT, LabServer.USER, () -> LabServer.PASSWORD);
  }

  PgCtl control(String name) throws IOException {
    return new PgCtl(LabServer.binaries(), data(name), ServerAccount.forNewServers());
  }

  void start(String name) throws IOException {
    List<String> command = new ArrayList<>(network.prefix(name));
    command.addAll(
        ServerAccount.forNewServers()
            .command(
                List.of(
                    LabServer.binaries().program("pg_ctl").toString(),
                    "start",
                    "--silent",
                    "--wait",
                    "--timeout=" + START_S,
                    "--pgdata=" + data(name),
                    "--log=" + log(name))));
    Path said = Files.createTempFile("relevo-lab-", ".out");
    try {
      // A file, not a pipe: the server keeps it open for ever.
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IOException(name + " does not start: " + Files.readString(said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(said);
    }
  }
}

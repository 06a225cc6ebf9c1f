package org.relevo.proxy.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.recovery.StandbySetup;

/// A server that this service can start and stop, always as the owner of its data directory.
///
/// Owner: none; the running operation is the only caller.
public final class LocalServer {
  private final PgCtl control;
  private final ServerAccount account;
  private final Path log;

  private LocalServer(PgCtl control, ServerAccount account, Path log) {
    this.control = control;
    this.account = account;
    this.log = log;
  }

  /// @param log where the server writes when we start it
  /// @throws IOException naming the folder when it is no data directory of this machine
  public static LocalServer open(PgBinaries binaries, Path dataDirectory, Path log)
      throws IOException {
    if (!Files.exists(dataDirectory.resolve("PG_VERSION"))) {
      throw new IOException("no PostgreSQL data directory on this machine: " + dataDirectory);
    }
    String version = Files.readString(dataDirectory.resolve("PG_VERSION")).strip();
    if (!version.equals(String.valueOf(binaries.major()))) {
      throw new IOException(
          "data directory %s is of PostgreSQL %s, the programs in %s are of %s"
              .formatted(dataDirectory, version, binaries.bin(), binaries.version()));
    }
    ServerAccount account = ServerAccount.ownerOf(dataDirectory);
    return new LocalServer(new PgCtl(binaries, dataDirectory, account), account, log);
  }

  public Path dataDirectory() {
    return control.dataDirectory();
  }

  public boolean running() throws IOException {
    return Postmaster.of(control.dataDirectory()).isPresent();
  }

  public ControlFile controlFile() throws IOException {
    return ControlFile.read(control.dataDirectory());
  }

  public void start(Duration limit) throws IOException {
    control.start(log, limit);
  }

  /// Ends all sessions and stops with a checkpoint; standbys get everything before it is gone.
  public void stopFast(Duration limit) throws IOException {
    control.stop(PgCtl.StopMode.FAST, limit);
  }

  /// Ends everything at once, without a checkpoint; the next start recovers from the log.
  public void stopImmediately(Duration limit) throws IOException {
    control.stop(PgCtl.StopMode.IMMEDIATE, limit);
  }

  /// Kills what does not even take that order, such as a frozen server.
  public void kill() throws IOException {
    Optional<ProcessHandle> postmaster = Postmaster.of(control.dataDirectory());
    if (postmaster.isEmpty()) {
      return;
    }
    List<ProcessHandle> all = postmaster.get().descendants().toList();
    boolean killed = postmaster.get().destroyForcibly();
    for (ProcessHandle child : all) {
      killed &= child.destroyForcibly() || !child.isAlive();
    }
    if (!killed && running()) {
      throw new IOException("the server in " + dataDirectory() + " cannot be killed");
    }
  }

  /// At rest a data directory is a standby's: a next start never takes writes by itself. For a
  /// running primary this has no effect before its next start.
  public void seal() throws IOException {
    StandbySetup.mark(control.dataDirectory(), account);
  }

  /// Whether the next start is as a standby.
  public boolean sealed() {
    return StandbySetup.marked(control.dataDirectory());
  }

  public ServerAccount account() {
    return account;
  }

  public PgBinaries binaries() {
    return control.binaries();
  }

  /// Makes the stopped server a standby from its next start on.
  public void follow(StandbySetup setup) throws IOException {
    if (running()) {
      throw new IOException("the server in " + dataDirectory() + " runs; stop it first");
    }
    setup.write(control.dataDirectory(), account);
  }

  /// The next start is as a primary again.
  public void unfollow() throws IOException {
    StandbySetup.remove(control.dataDirectory());
  }

  /// What a person would type.
  public String stopCommand() {
    return command("stop", "-m fast -w");
  }

  /// What a person would type.
  public String startCommand() {
    return command("start", "-w -l " + log);
  }

  private String command(String verb, String options) {
    return account.name().map(name -> "sudo -u " + name + " ").orElse("")
        + control.binaries().bin().resolve("pg_ctl")
        + " "
        + verb
        + " -D "
        + dataDirectory()
        + " "
        + options;
  }
}

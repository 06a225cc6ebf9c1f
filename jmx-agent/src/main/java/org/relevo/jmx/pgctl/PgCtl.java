package org.relevo.jmx.pgctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One data directory on this machine and PostgreSQL's own commands for it. Every call blocks until
/// the command ended or its deadline passed; call it on a virtual thread.
///
/// Owner: none; the data directory's lock file keeps two servers apart.
public final class PgCtl {
  /// How to stop a server (`pg_ctl stop -m`).
  public enum StopMode {
    SMART(15),
    FAST(2),
    IMMEDIATE(3);

    /// What `pg_ctl` sends for it: SIGTERM, SIGINT, SIGQUIT.
    final int signal;

    StopMode(int signal) {
      this.signal = signal;
    }

    String option() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private static final int MAX_OUTPUT_CHARS = 4000;
  private static final long LOOK_NS = 2_000_000;
  private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);

  private final PgBinaries binaries;
  private final Path dataDirectory;
  private final ServerAccount account;

  public PgCtl(PgBinaries binaries, Path dataDirectory, ServerAccount account) {
    this.binaries = binaries;
    this.dataDirectory = dataDirectory;
    this.account = account;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  public PgBinaries binaries() {
    return binaries;
  }

  /// Makes a new cluster with data checksums, UTF-8 and the C locale.
  ///
  /// @param passwordFile superuser's password, first line; readable by the account
  public void initdb(String superuser, Path passwordFile) throws IOException {
    run(
        INITDB_LIMIT,
        List.of(
            binaries.program("initdb").toString(),
            "--pgdata=" + dataDirectory,
            "--username=" + superuser,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            "--no-instructions"));
  }

  /// Starts the server and waits until it takes connections.
  ///
  /// @throws IOException with pg_ctl's words and the server log's path when it does not start
  public void start(Path logFile, Duration limit) throws IOException {
    try {
      run(
          limit.plusSeconds(5),
          List.of(
              binaries.program("pg_ctl").toString(),
              "start",
              "--silent",
              "--wait",
              "--timeout=" + Math.max(1, limit.toSeconds()),
              "--pgdata=" + dataDirectory,
              "--log=" + logFile));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; server log: " + logFile + lastLine(logFile), e);
    }
  }

  /// Stops the server and waits until it is gone; does nothing when it does not run.
  public void stop(StopMode mode, Duration limit) throws IOException {
    OptionalLong running = postmasterPid();
    if (running.isEmpty()) {
      return;
    }
    try {
      // Others wait for this stop: nothing is started for it when it can be asked for directly.
      if (!Signals.send(running.getAsLong(), mode.signal)) {
        run(
            limit.plusSeconds(5),
            List.of(
                binaries.program("pg_ctl").toString(),
                "stop",
                "--silent",
                "--no-wait",
                "--mode=" + mode.option(),
                "--pgdata=" + dataDirectory));
      }
      awaitGone(limit);
    } catch (IOException e) {
      // pg_ctl also fails when the server died while it was told to stop: then it is gone all the
      // same.
      if (postmasterPid().isPresent()) {
        throw e;
      }
    }
  }

  /// pg_ctl would look ten times a second: others wait for this stop.
  private void awaitGone(Duration limit) throws IOException {
    long untilNs = System.nanoTime() + limit.toNanos();
    while (postmasterPid().isPresent()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("the wait for the stop of the server was interrupted");
      }
      if (System.nanoTime() - untilNs >= 0) {
        throw new IOException(
            "the server in %s did not stop within %d s"
                .formatted(dataDirectory, limit.toSeconds()));
      }
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  /// The running server's process, read from `postmaster.pid` and checked to be alive.
  public OptionalLong postmasterPid() throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(dataDirectory.resolve("postmaster.pid"));
    } catch (NoSuchFileException _) {
      return OptionalLong.empty();
    }
    if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,18}")) {
      return OptionalLong.empty();
    }
    long pid = Long.parseLong(lines.getFirst().strip());
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
        ? OptionalLong.of(pid)
        : OptionalLong.empty();
  }

  private void run(Duration limit, List<String> command) throws IOException {
    Path output = Files.createTempFile("relevo-pgctl-", ".out");
    try {
      // A file, not a pipe: the server inherits the descriptor and would keep a pipe open for ever.
      ProcessBuilder builder =
          new ProcessBuilder(new ArrayList<>(account.command(command)))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .directory(dataDirectory.getRoot().toFile());
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      process.getOutputStream().close();
      await(process, limit, command, output);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static void await(Process process, Duration limit, List<String> command, Path output)
      throws IOException {
    String shown = Path.of(command.getFirst()).getFileName() + " " + command.get(1);
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IOException(shown + " did not end within " + limit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(shown + " was interrupted", e);
    }
    if (process.exitValue() != 0) {
      String said = Files.readString(output, Platform.CHARSET).strip();
      String shortened =
          said.length() > MAX_OUTPUT_CHARS ? said.substring(0, MAX_OUTPUT_CHARS) + "…" : said;
      throw new IOException(
          shown
              + " failed with exit code "
              + process.exitValue()
              + ": "
              + shortened.replace('\n', ' '));
    }
  }

  private static String lastLine(Path logFile) {
    try {
      List<String> lines = Files.readAllLines(logFile);
      return lines.isEmpty() ? "" : ", last line: " + lines.getLast();
    } catch (IOException e) {
      return " (unreadable: " + e.getMessage() + ")";
    }
  }
}

package org.relevo.proxy.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.pgctl.ServerAccount;

/// The process beside a primary that stops it when the agent does not feed it any more:
///
/// ```text
/// fed until a moment, and that passes     the agent is frozen, or has no majority ──► stopped
/// input ends                              the agent is gone ──► a grace for the next one's guard,
///                                         once that is fed ──► else stopped
/// ```
///
/// It runs as the owner of the data directory in a session of its own, so that neither a kill of
/// the service nor signals to its group reach it; a service manager must be told to leave it alone.
/// It needs `bash`, `setsid` and `/proc`.
///
/// Owner: one agent; calls may come from any thread.
public final class Guard implements AutoCloseable {
  private static final String SAID = "relevo.guard.said";

  private static final long ANSWER_NS = 2_000_000_000;
  private static final long POLL_NS = 1_000_000;
  private static final int MOST_ANSWER = 64;

  private final StringBuilder heard = new StringBuilder();
  private long asked;
  private final Path data;
  private final Duration grace;
  private final Journal journal;
  private @Nullable Process process;
  private @Nullable OutputStream pipe;

  private Guard(Path data, Duration grace, Journal journal) {
    this.data = data;
    this.grace = grace;
    this.journal = journal;
  }

  /// Starts the process beside a server, which has `grace` until it must have been fed. A guard of
  /// an agent before goes on until this one is fed.
  public static Guard start(Path dataDirectory, Duration grace, Journal journal)
      throws IOException {
    Guard guard = new Guard(dataDirectory.toAbsolutePath(), grace, journal);
    guard.tellSaid();
    synchronized (guard) {
      guard.spawn();
    }
    return guard;
  }

  /// The server may run for this long from now on; nothing is added up.
  public synchronized void feed(Duration left) throws IOException {
    say(String.valueOf(uptimeMs() + Math.max(0, left.toMillis())));
  }

  /// Asks the process itself whether the server may become a primary now: only when it was fed and
  /// that time is not over. Waits for two seconds at most.
  ///
  /// @throws IOException when not
  public synchronized void check() throws IOException {
    ask("may");
  }

  /// As [#check], and the process takes the standby's mark away, so that the next start is as a
  /// primary; it puts it back when it stops the server.
  ///
  /// @throws IOException when not; the mark stays, or is put back with the server's stop
  public synchronized void unseal() throws IOException {
    ask("unseal");
  }

  private void ask(String question) throws IOException {
    asked++;
    say(question + " " + asked);
    Process running = process;
    if (running == null) {
      throw new IOException("the guard of " + data + " does not run");
    }
    long untilNs = System.nanoTime() + ANSWER_NS;
    while (System.nanoTime() - untilNs < 0) {
      String answer = line(running.getInputStream());
      if (answer.equals(asked + " yes")) {
        return;
      }
      if (answer.equals(asked + " no")) {
        throw new IOException("the time of this member is over: no primary starts in " + data);
      }
      if (answer.isEmpty()) {
        LockSupport.parkNanos(POLL_NS);
      }
    }
    throw new IOException("the guard of " + data + " does not answer");
  }

  /// A whole line that has come, else "".
  private String line(InputStream answers) throws IOException {
    while (answers.available() > 0) {
      int next = answers.read();
      if (next < 0 || next == '\n' || heard.length() > MOST_ANSWER) {
        String whole = heard.toString();
        heard.setLength(0);
        return whole;
      }
      heard.append((char) next);
    }
    return "";
  }

  /// Until it is fed again nothing stops the server, such as in maintenance.
  public synchronized void idle() throws IOException {
    say("idle");
  }

  /// The server is no primary any more: the guard goes away.
  public synchronized void end() throws IOException {
    Process running = process;
    if (running != null && running.isAlive()) {
      say("quit");
    }
    close();
  }

  /// Lets go without a word, as a killed agent does: the grace begins.
  @Override
  public synchronized void close() throws IOException {
    OutputStream open = pipe;
    pipe = null;
    process = null;
    if (open != null) {
      open.close();
    }
  }

  private void say(String line) throws IOException {
    Process running = process;
    if (running == null || !running.isAlive()) {
      if (running != null) {
        journal.record(
            LogLevel.WARN, "agent.guard-lost", "data=%s pid=%d".formatted(data, running.pid()));
        tellSaid();
      }
      spawn();
    }
    OutputStream open = pipe;
    if (open != null) {
      open.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      open.flush();
    }
  }

  private void spawn() throws IOException {
    String script;
    try (InputStream in = Guard.class.getResourceAsStream("guard.sh")) {
      if (in == null) {
        throw new IOException("the program lacks its file guard.sh");
      }
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> command =
        ServerAccount.ownerOf(data)
            .command(
                List.of(
                    "setsid",
                    "bash",
                    "--noprofile",
                    "--norc",
                    "-c",
                    script,
                    "relevo-guard",
                    data.toString(),
                    String.valueOf(grace.toMillis())));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .directory(Path.of("/").toFile());
    builder.environment().put("LC_ALL", "C");
    Process started = builder.start();
    process = started;
    heard.setLength(0);
    pipe = started.getOutputStream();
    journal.record(
        LogLevel.INFO,
        "agent.guard-started",
        "data=%s pid=%d graceMs=%d".formatted(data, started.pid(), grace.toMillis()));
  }

  /// Why an earlier guard stopped the server.
  private void tellSaid() throws IOException {
    Path said = data.resolve(SAID);
    try {
      String reason = Files.readString(said).strip();
      Files.delete(said);
      journal.record(
          LogLevel.WARN,
          "agent.guard-stopped",
          "data=%s reason=\"%s\"".formatted(data, Commands.oneLine(reason)));
    } catch (NoSuchFileException _) {
      // It did not stop anything.
    }
  }

  /// The clock that the process reads too; it counts what the machine slept.
  private static long uptimeMs() throws IOException {
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0];
    int dot = uptime.indexOf('.');
    return Long.parseLong(uptime.substring(0, dot)) * 1000
        + Long.parseLong(uptime.substring(dot + 1)) * 10;
  }
}

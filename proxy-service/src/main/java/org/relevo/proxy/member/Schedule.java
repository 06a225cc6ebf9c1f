package org.relevo.proxy.member;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;

/// A switchover that is asked for later. It is a file, so that it survives a restart; when its time
/// passes while the service does not run it is dropped and told: nobody expects it hours later.
///
/// Owner: thread-safe; one thread waits for the time.
public final class Schedule implements AutoCloseable {
  /// How late it may begin, as after a short restart.
  private static final long LATE_MS = 60_000;

  /// Clocks that are set meanwhile count.
  private static final long LOOK_MS = 500;

  private static final String FILE = "scheduled-switchover";
  private static final int LINES = 4;

  /// What is asked for.
  ///
  /// @param to -1 for the best
  public record Entry(long atEpochMs, int to, String actor, String reason) {}

  private final Path file;
  private final Clock clock;
  private final Journal journal;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("schedule").daemon().factory());
  private @Nullable Entry entry;
  private @Nullable ScheduledFuture<?> look;

  /// @throws IOException when what was kept cannot be read
  public Schedule(Path folder, Clock clock, Journal journal) throws IOException {
    this.file = folder.resolve(FILE);
    this.clock = clock;
    this.journal = journal;
    if (Files.exists(file)) {
      List<String> lines = Files.readAllLines(file);
      if (lines.size() != LINES) {
        throw new IOException(file + " is not as it was written; delete it");
      }
      try {
        entry =
            new Entry(
                Long.parseLong(lines.get(0)),
                Integer.parseInt(lines.get(1)),
                lines.get(2),
                lines.get(3));
      } catch (NumberFormatException e) {
        throw new IOException(file + " is not as it was written; delete it", e);
      }
    }
  }

  /// @param begin asks for it when the time has come
  public synchronized void start(Consumer<Entry> begin) {
    look = timer.scheduleWithFixedDelay(() -> due(begin), LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  private void due(Consumer<Entry> begin) {
    Entry now;
    synchronized (this) {
      now = entry;
      if (now == null || clock.millis() < now.atEpochMs()) {
        return;
      }
      forget();
    }
    if (clock.millis() - now.atEpochMs() > LATE_MS) {
      journal.record(LogLevel.WARN, "switchover.missed", text(now) + " todo=\"ask for it anew\"");
    } else {
      journal.record(LogLevel.INFO, "switchover.due", text(now));
      begin.accept(now);
    }
  }

  private static String text(Entry entry) {
    return "to=%d at=%s actor=\"%s\""
        .formatted(entry.to(), Instant.ofEpochMilli(entry.atEpochMs()), entry.actor());
  }

  public synchronized Optional<Entry> entry() {
    return Optional.ofNullable(entry);
  }

  /// @throws IllegalArgumentException when the time is over
  /// @throws IllegalStateException when it cannot be kept
  public synchronized void set(Entry next) {
    if (next.atEpochMs() <= clock.millis()) {
      throw new IllegalArgumentException(
          Instant.ofEpochMilli(next.atEpochMs()) + " is over; name a time to come");
    }
    Path made = file.resolveSibling(FILE + ".new");
    try {
      Files.writeString(
          made,
          "%d\n%d\n%s\n%s\n"
              .formatted(
                  next.atEpochMs(), next.to(), oneLine(next.actor()), oneLine(next.reason())),
          StandardCharsets.UTF_8);
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException("cannot be kept in " + file + ": " + e.getMessage(), e);
    }
    entry = next;
    journal.record(LogLevel.INFO, "switchover.scheduled", text(next));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\R", " ");
  }

  /// @throws IllegalStateException when nothing is scheduled
  public synchronized void cancel() {
    Entry dropped = entry;
    if (dropped == null) {
      throw new IllegalStateException("nothing is scheduled at this member");
    }
    forget();
    journal.record(LogLevel.INFO, "switchover.unscheduled", text(dropped));
  }

  private void forget() {
    entry = null;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      journal.record(
          LogLevel.ERROR,
          "switchover.schedule-kept",
          "file=%s reason=\"%s\"".formatted(file, e.getMessage()));
    }
  }

  @Override
  public synchronized void close() {
    ScheduledFuture<?> waiting = look;
    if (waiting != null) {
      waiting.cancel(false);
    }
    timer.shutdown();
  }
}

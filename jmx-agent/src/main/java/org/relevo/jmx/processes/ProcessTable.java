package org.relevo.jmx.processes;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Looks at the processes of PostgreSQL. Who asks within half a second gets the same look; rates
/// are over the time since the look before, or over a quarter of a second when there was none for a
/// while.
///
/// Owner: itself; any thread may ask, and waits for a look in progress.
public final class ProcessTable {
  private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long OLDEST_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /// `_SC_CLK_TCK` of every architecture that Linux runs on today.
  private static final long TICKS_PER_SECOND = 100;

  private static final long PAGE_BYTES = 4096;

  private final Path proc;
  private final ReentrantLock lock = new ReentrantLock();
  private Look last = Look.NONE;
  private Map<Integer, Usage> shown = Map.of();

  private record Look(long atNanos, Map<Integer, ProcessReading> processes) {
    static final Look NONE = new Look(0, Map.of());

    Look {
      processes = Map.copyOf(processes);
    }
  }

  /// What a process uses.
  ///
  /// @param cluster the postmaster's number
  /// @param cpuLoad processors in use
  /// @param readBytesPerSecond -1 when not known, as is each other figure of disks
  public record Usage(
      int pid,
      int cluster,
      ProcessTitle title,
      String state,
      double cpuLoad,
      long cpuMs,
      long rssBytes,
      double readBytesPerSecond,
      double writtenBytesPerSecond,
      long readBytes,
      long writtenBytes) {}

  public ProcessTable() {
    this(Path.of("/proc"));
  }

  ProcessTable(Path proc) {
    this.proc = proc;
  }

  /// Whether this machine shows processes at all.
  public boolean works() {
    return Files.isReadable(proc.resolve("self/stat"));
  }

  /// By number.
  public Map<Integer, Usage> usage() {
    lock.lock();
    try {
      long age = System.nanoTime() - last.atNanos();
      if (!last.processes().isEmpty() && age < SHARED_NANOS) {
        return shown;
      }
      if (last.processes().isEmpty() || age > OLDEST_NANOS) {
        last = look();
        LockSupport.parkNanos(FIRST_NANOS);
      }
      Look now = look();
      shown = between(last, now);
      last = now;
      return shown;
    } finally {
      lock.unlock();
    }
  }

  /// Its share of memory in bytes with shared pages divided among those who use them; -1 when this
  /// account may not know. Costs the kernel a walk through the process' pages.
  public long pss(int pid) {
    return ProcessReading.pss(proc.resolve(Integer.toString(pid)));
  }

  /// The title of a process of PostgreSQL.
  public Optional<String> title(int pid) {
    return ProcessReading.of(proc.resolve(Integer.toString(pid)), pid).map(ProcessReading::title);
  }

  private Look look() {
    Map<Integer, ProcessReading> found = new HashMap<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path folder : folders) {
        int pid = Integer.parseInt(folder.getFileName().toString());
        ProcessReading.of(folder, pid).ifPresent(reading -> found.put(pid, reading));
      }
    } catch (IOException e) {
      return new Look(System.nanoTime(), Map.of()); // not Linux
    }
    return new Look(System.nanoTime(), found);
  }

  static Map<Integer, Usage> between(
      long nanos, Map<Integer, ProcessReading> before, Map<Integer, ProcessReading> now) {
    Map<Integer, Usage> usage = new HashMap<>();
    double seconds = nanos / 1e9;
    now.forEach((pid, reading) -> {
      ProcessReading known = before.get(pid);
      boolean same = known != null && known.startedTicks() == reading.startedTicks() && seconds > 0;
      ProcessReading earlier = same && known != null ? known : reading;
      usage.put(
          pid,
          new Usage(
              pid,
              cluster(reading, now),
              ProcessTitle.of(reading.title()),
              reading.state(),
              same ? (reading.cpuTicks() - earlier.cpuTicks()) / seconds / TICKS_PER_SECOND : 0,
              reading.cpuTicks() * 1000 / TICKS_PER_SECOND,
              reading.rssPages() * PAGE_BYTES,
              same ? rate(earlier.readBytes(), reading.readBytes(), seconds) : -1,
              same ? rate(earlier.writtenBytes(), reading.writtenBytes(), seconds) : -1,
              reading.readBytes(),
              reading.writtenBytes()));
    });
    return Map.copyOf(usage);
  }

  private static Map<Integer, Usage> between(Look before, Look now) {
    return between(now.atNanos() - before.atNanos(), before.processes(), now.processes());
  }

  private static double rate(long was, long now, double seconds) {
    return was < 0 || now < 0 ? -1 : Math.max(0, now - was) / seconds;
  }

  private static int cluster(ProcessReading reading, Map<Integer, ProcessReading> all) {
    return all.containsKey(reading.parent()) ? reading.parent() : reading.pid();
  }
}

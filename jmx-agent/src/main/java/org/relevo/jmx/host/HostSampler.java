package org.relevo.jmx.host;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.FileSystemInfo;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.history.SampleRing;
import org.relevo.jmx.series.Series;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Samples the machine once a second on its own thread. Failing to read is logged once and tried
/// again; the next sample then covers the longer interval.
///
/// Owner: its thread writes, any thread reads.
public final class HostSampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostSampler.class);
  private static final long PERIOD_MS = 1000;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
  private static final HostInfo NOT_KNOWN_YET = new HostInfo("", "", "", -1, -1, -1);
  private static final HostSample NO_SAMPLE =
      new HostSample(0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);

  private final Supplier<HostSource> opener;
  private final Clock clock;
  private final long periodMs;
  private final SampleRing<HostSample> ring =
      new SampleRing<>(ObjectNames.HISTORY_CAPACITY, HostSample::sequence);
  private final Series series;
  private volatile List<FileSystemInfo> fileSystems = List.of();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;
  private volatile HostInfo info = NOT_KNOWN_YET;
  private @Nullable HostSource source;
  private @Nullable HostReading before;
  private HostDetail detailBefore = HostDetail.NONE;
  private final FileSystemGrowth growth = new FileSystemGrowth();
  private boolean failing;

  HostSampler(Supplier<HostSource> opener, Clock clock, long periodMs) {
    this(opener, clock, periodMs, Series.inMemory("host", HostSeries.COLUMNS));
  }

  private HostSampler(Supplier<HostSource> opener, Clock clock, long periodMs, Series series) {
    this.series = series;
    this.opener = opener;
    this.clock = clock;
    this.periodMs = periodMs;
    // Not a virtual thread: reading goes through native calls.
    this.thread = Thread.ofPlatform().daemon().name("host-sampler").unstarted(this::run);
  }

  /// Starts to sample this machine; returns at once, the first sample comes a second later.
  ///
  /// @param history folder for the series' files
  public static HostSampler start(Path history) {
    HostSampler sampler =
        new HostSampler(
            OshiSource::new,
            Clock.systemUTC(),
            PERIOD_MS,
            Series.kept(history, "host", HostSeries.COLUMNS));
    sampler.thread.start();
    return sampler;
  }

  void begin() {
    thread.start();
  }

  /// All numbers -1 and texts empty before the first reading.
  public HostInfo info() {
    return info;
  }

  /// All numbers -1 before the first sample.
  public HostSample last() {
    return ring.last().orElse(NO_SAMPLE);
  }

  /// Every figure, with its past.
  public Series series() {
    return series;
  }

  List<FileSystemInfo> fileSystems() {
    return fileSystems;
  }

  SampleRing<HostSample> ring() {
    return ring;
  }

  @Override
  public void close() {
    stopping.countDown();
    try {
      if (thread.join(CLOSE_WAIT)) {
        series.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long startedNs = System.nanoTime();
    long period = 0;
    try {
      do {
        sample();
        // Steady pace without catching up: a late reading skips periods.
        long elapsedMs = (System.nanoTime() - startedNs) / 1_000_000;
        period = Math.max(period + 1, elapsedMs / periodMs + 1);
      } while (!stopping.await(
          Math.max(1, period * periodMs - (System.nanoTime() - startedNs) / 1_000_000),
          TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    try {
      HostSource open = source;
      if (open == null) {
        open = opener.get();
        info = open.info();
        source = open;
      }
      HostReading now = open.read();
      HostReading earlier = before;
      if (earlier != null) {
        HostSample sample = HostRates.between(earlier, now, ring.nextSequence(), clock.millis());
        ring.append(sample);
        double seconds = (now.atNs() - earlier.atNs()) / 1e9;
        HostDetail detail = open.detail();
        series.append(
            sample.sampledAtEpochMs(),
            Math.round(seconds * 1000),
            HostSeries.values(sample, detailBefore, detail, seconds));
        detailBefore = detail;
        fileSystems = growth.add(sample.sampledAtEpochMs(), detail.fileSystems());
      }
      before = now;
      if (failing) {
        failing = false;
        LOG.info("host.sample.works");
      }
    } catch (RuntimeException | LinkageError e) {
      // Native libraries may be missing on an unusual system; the service works without.
      if (!failing) {
        failing = true;
        series.failed(e.toString());
        LOG.warn("host.sample.failed problem=\"{}\"", e.toString());
      }
    }
  }
}

package org.relevo.jmx.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.history.SampleRing;
import org.relevo.jmx.series.Series;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Samples one server once a second over one connection that is kept, with one round trip a sample
/// and a few more a minute. While the server does not answer, the last sample stays, [#getProblem]
/// says why, and connecting is tried again with growing pauses.
///
/// Owner: its own virtual thread; readers take immutable samples.
public final class PostgresSampler implements PostgresMXBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSampler.class);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final long STATEMENT_LIMIT_MS = 4000;
  private static final long PERIOD_NANOS = 1_000_000_000;
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 4000;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
  private static final int OLDEST = 13;

  private final PostgresSettings settings;
  private final SampleRing<PostgresSample> history =
      new SampleRing<>(ObjectNames.HISTORY_CAPACITY, PostgresSample::sequence);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final Series series;
  private volatile String problem = "not asked yet";
  // The rest belongs to the thread alone.
  private @Nullable Reading before;
  private long sequence;

  /// Starts sampling; the history is not kept.
  public PostgresSampler(PostgresSettings settings) {
    this(settings, Optional.empty());
  }

  /// Starts sampling.
  ///
  /// @param history folder for the series' files
  public PostgresSampler(PostgresSettings settings, Optional<Path> history) {
    this.settings = settings;
    String name = "postgres-" + settings.id();
    this.series =
        history
            .map(folder -> Series.kept(folder, name, Figure.columns()))
            .orElseGet(() -> Series.inMemory(name, Figure.columns()));
    this.thread = Thread.ofVirtual().name("postgres-sampler-" + settings.id()).unstarted(this::run);
    thread.start();
  }

  /// The same samples with every figure.
  public Series series() {
    return series;
  }

  @Override
  public PostgresSample getLast() {
    return history.last().orElseGet(Reading::nothingYet);
  }

  @Override
  public String getProblem() {
    return problem;
  }

  @Override
  public List<PostgresSample> samplesSince(long since) {
    return history.since(since);
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(CLOSE_WAIT)) {
        LOG.warn("postgres.sampler-left node={}", settings.id());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    series.close();
  }

  private void run() {
    long pauseMs = FIRST_PAUSE_MS;
    while (!closingWithin(0)) {
      long samplesBefore = sequence;
      try (Connection connection =
          settings.target().open("relevo monitor", CONNECT_LIMIT, ANSWER_LIMIT)) {
        sample(connection);
      } catch (SQLException | RuntimeException e) {
        // A password supplier may fail with anything; sampling must go on all the same.
        fail(e);
      }
      pauseMs = sequence > samplesBefore ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      closingWithin(pauseMs);
    }
  }

  /// Samples until closed; every failure ends the connection.
  private void sample(Connection connection) throws SQLException {
    int major = connection.getMetaData().getDatabaseMajorVersion();
    if (major < OLDEST) {
      throw new SQLException(
          "PostgreSQL " + major + " is not served; " + OLDEST + " or later is", "0A000");
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET statement_timeout = " + STATEMENT_LIMIT_MS);
    }
    SlowFigures slow = new SlowFigures();
    try (PreparedStatement query =
        connection.prepareStatement(SqlFile.statement("postgres-series.sql", major))) {
      long next = System.nanoTime();
      do {
        slow.refresh(connection);
        series.missing(slow.missing());
        take(query, slow.values());
        // A late sample moves the following ones instead of bunching them.
        next = Math.max(next + PERIOD_NANOS, System.nanoTime());
      } while (!closingWithin(TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime())));
    }
  }

  private void take(PreparedStatement query, long[] slow) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the statistics query returned nothing", "02000");
      }
      Reading now = Reading.of(row, System.nanoTime(), slow);
      Reading previous = before;
      if (previous != null && now.comparableWith(previous)) {
        long at = System.currentTimeMillis();
        double[] shown = now.since(previous);
        history.append(now.sample(shown, previous, ++sequence, at));
        series.append(at, now.periodMs(previous), shown);
      }
      before = now;
    }
    if (!problem.isEmpty()) {
      problem = "";
      LOG.info("postgres.sampled node={} target={}", settings.id(), settings.target());
    }
  }

  private void fail(Exception cause) {
    String state = cause instanceof SQLException sql ? " (SQLSTATE " + sql.getSQLState() + ")" : "";
    String text =
        settings.target()
            + ": "
            + String.valueOf(cause.getMessage()).replaceAll("\\s*\\R\\s*", " | ")
            + state;
    // Told when it starts and when its reason changes, not at every attempt.
    if (!text.equals(problem)) {
      LOG.warn("postgres.unreachable node={} reason=\"{}\"", settings.id(), text);
    }
    problem = text;
    series.failed(text);
  }

  private boolean closingWithin(long limitMs) {
    try {
      return closing.await(limitMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      closing.countDown();
      Thread.currentThread().interrupt();
      return true;
    }
  }
}

package org.relevo.jmx.series;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.SeriesColumn;
import org.relevo.jmx.contract.SeriesHistory;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.SeriesPoint;
import org.relevo.jmx.contract.SeriesSample;
import org.relevo.jmx.history.History;
import org.relevo.jmx.history.SampleRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One series. Its files failing costs the history, never the samples: it is told once.
///
/// Owner: its sampler writes, any thread reads.
public final class Series implements SeriesMXBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Series.class);

  private final String name;
  private final List<SeriesColumn> columns;
  private final List<String> names;
  private final SampleRing<Kept> newest =
      new SampleRing<>(ObjectNames.HISTORY_CAPACITY, Kept::sequence);
  private final @Nullable History history;
  private volatile String problem = "not sampled yet";
  private volatile List<String> missing = List.of();
  private volatile String historyProblem = "";

  /// A sample as it is kept: boxed numbers of 600 samples would take megabytes.
  private static final class Kept {
    final long sequence;
    final long atEpochMs;
    final long periodMs;
    final double[] values;

    Kept(long sequence, long atEpochMs, long periodMs, double[] values) {
      this.sequence = sequence;
      this.atEpochMs = atEpochMs;
      this.periodMs = periodMs;
      this.values = values;
    }

    long sequence() {
      return sequence;
    }

    SeriesSample sample() {
      return new SeriesSample(
          sequence, atEpochMs, periodMs, Arrays.stream(values).boxed().toList());
    }
  }

  private Series(String name, List<SeriesColumn> columns, @Nullable History history) {
    this.name = name;
    this.columns = List.copyOf(columns);
    this.names = columns.stream().map(SeriesColumn::name).toList();
    this.history = history;
  }

  /// One that keeps its newest samples only.
  public static Series inMemory(String name, List<SeriesColumn> columns) {
    return new Series(name, columns, null);
  }

  /// @param folder for the files, made when it is not there
  /// @param name of the files
  public static Series kept(Path folder, String name, List<SeriesColumn> columns) {
    List<String> names = columns.stream().map(SeriesColumn::name).toList();
    try {
      History history = new History(folder, name, names, System.currentTimeMillis());
      return new Series(name, columns, history);
    } catch (IOException e) {
      LOG.warn("history.failed series={} reason=\"{}\"", name, e.toString());
      Series without = new Series(name, columns, null);
      without.historyProblem = e.toString();
      return without;
    }
  }

  /// Adds a sample.
  ///
  /// @param values in the order of the columns, the series' own from here on
  public void append(long atEpochMs, long periodMs, double... values) {
    newest.append(new Kept(newest.nextSequence(), atEpochMs, periodMs, values));
    problem = "";
    if (history != null) {
      try {
        history.add(atEpochMs, values);
        historyProblem = "";
      } catch (IOException e) {
        if (historyProblem.isEmpty()) {
          LOG.warn("history.failed series={} reason=\"{}\"", name, e.toString());
        }
        historyProblem = e.toString();
      }
    }
  }

  /// @param reason why there is no fresh sample
  public void failed(String reason) {
    problem = reason;
  }

  public void missing(List<String> what) {
    missing = List.copyOf(what);
  }

  @Override
  public List<SeriesColumn> getColumns() {
    return columns;
  }

  @Override
  public SeriesSample getLast() {
    return newest
        .last()
        .map(Kept::sample)
        .orElseGet(() -> new SeriesSample(-1, -1, -1, names.stream().map(_ -> -1.0).toList()));
  }

  @Override
  public String getProblem() {
    return problem;
  }

  @Override
  public List<String> getMissing() {
    return historyProblem.isEmpty()
        ? missing
        : Stream.concat(missing.stream(), Stream.of("history: " + historyProblem)).toList();
  }

  @Override
  public List<SeriesSample> samplesSince(long sequence) {
    return newest.since(sequence).stream().map(Kept::sample).toList();
  }

  @Override
  public SeriesHistory history(String wanted, int stepSeconds, long fromEpochMs, long toEpochMs) {
    int step = History.STEPS.indexOf(stepSeconds);
    if (step < 0) {
      throw new IllegalArgumentException("step " + stepSeconds + " is none of " + History.STEPS);
    }
    int[] chosen = chosen(wanted);
    List<String> shown = Arrays.stream(chosen).mapToObj(names::get).toList();
    History kept = history;
    if (kept == null) {
      return new SeriesHistory(
          shown, stepSeconds, fromMemory(stepSeconds, chosen, fromEpochMs, toEpochMs));
    }
    long until = Math.min(toEpochMs, System.currentTimeMillis());
    try {
      return new SeriesHistory(
          shown,
          stepSeconds,
          kept.rows(step, chosen, Math.max(0, fromEpochMs), until, MAX_POINTS).stream()
              .map(row -> new SeriesPoint(row.atEpochMs(), row.values()))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the history of " + name, e);
    }
  }

  /// Without files there are the newest samples, in steps of a second.
  private List<SeriesPoint> fromMemory(int stepSeconds, int[] chosen, long from, long to) {
    if (stepSeconds != 1) {
      return List.of();
    }
    return newest.since(0).stream()
        .filter(kept -> kept.atEpochMs >= from && kept.atEpochMs <= to)
        .map(kept ->
            new SeriesPoint(
                kept.atEpochMs, Arrays.stream(chosen).mapToObj(i -> kept.values[i]).toList()))
        .toList();
  }

  private int[] chosen(String wanted) {
    if (wanted.isBlank()) {
      return IntStream.range(0, names.size()).toArray();
    }
    return Arrays.stream(wanted.split(",", -1))
        .map(String::strip)
        .mapToInt(each -> {
          int index = names.indexOf(each);
          if (index < 0) {
            throw new IllegalArgumentException(
                "no column '" + each + "'; there are " + String.join(", ", names));
          }
          return index;
        })
        .toArray();
  }

  @Override
  public void close() {
    if (history != null) {
      try {
        history.close();
      } catch (IOException e) {
        LOG.warn("history.failed series={} reason=\"{}\"", name, e.toString());
      }
    }
  }
}

package org.relevo.jmx.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A series' past in three resolutions: every second for an hour, means of 10 s for a day, means of
/// a minute for 14 days. Kept in three files of fixed size, so that memory holds only the sums of
/// the steps in progress, and a restart continues where it was.
///
/// Owner: itself; every method may be called by any thread.
public final class History implements AutoCloseable {
  /// Seconds a step.
  public static final List<Integer> STEPS = List.of(1, 10, 60);

  private static final int[] CAPACITIES = {3600, 8640, 20_160};

  private final int columns;
  private final List<RingFile> rings = new ArrayList<>();
  private final List<Mean> means = new ArrayList<>();

  /// One row.
  ///
  /// @param atEpochMs start of its step
  /// @param values in the order of the columns asked for; -1 when not known
  public record Row(long atEpochMs, List<Double> values) {
    public Row {
      values = List.copyOf(values);
    }
  }

  /// @param name files are `NAME.1s`, `NAME.10s` and `NAME.60s`
  /// @param nowEpochMs what is kept of the steps that this time is in is continued
  public History(Path folder, String name, List<String> columns, long nowEpochMs)
      throws IOException {
    this.columns = columns.size();
    try {
      for (int i = 0; i < CAPACITIES.length; i++) {
        int step = STEPS.get(i);
        Path file = folder.resolve(name + "." + step + "s");
        rings.add(RingFile.open(file, step, CAPACITIES[i], columns));
        means.add(new Mean(columns.size()));
      }
      for (int i = 1; i < CAPACITIES.length; i++) {
        RingFile ring = rings.get(i);
        Mean mean = means.get(i);
        rings
            .getFirst()
            .read(
                ring.step(nowEpochMs), nowEpochMs, (at, values) -> mean.add(ring.step(at), values));
      }
    } catch (IOException e) {
      closeAll();
      throw e;
    }
  }

  /// Adds a sample; steps that it ends are written.
  ///
  /// @param values -1 for what is not known
  public synchronized void add(long atEpochMs, double[] values) throws IOException {
    if (values.length != columns) {
      throw new IllegalArgumentException(values.length + " values for " + columns + " columns");
    }
    rings.getFirst().write(atEpochMs, values);
    for (int i = 1; i < rings.size(); i++) {
      long step = rings.get(i).step(atEpochMs);
      if (means.get(i).step != step) {
        flush(i);
      }
      means.get(i).add(step, values);
    }
  }

  /// The newest rows of an interval, oldest first.
  ///
  /// @param step index in [#STEPS]
  /// @param chosen indexes of columns
  /// @param most steps looked at, so that a long interval costs no more
  public synchronized List<Row> rows(
      int step, int[] chosen, long fromEpochMs, long toEpochMs, int most) throws IOException {
    RingFile ring = rings.get(step);
    long stepMs = STEPS.get(step) * 1000L;
    long last = ring.step(toEpochMs);
    long first = last - (most - 1) * stepMs;
    List<Row> rows = new ArrayList<>();
    ring.read(
        Math.max(fromEpochMs, first),
        last,
        (at, values) -> rows.add(new Row(at, pick(values, chosen))));
    Mean now = means.get(step);
    if (step > 0 && now.count > 0 && now.step >= fromEpochMs && now.step <= toEpochMs) {
      if (!rows.isEmpty() && rows.getLast().atEpochMs() == now.step) {
        rows.removeLast();
      }
      rows.add(new Row(now.step, pick(now.values(), chosen)));
    }
    return rows;
  }

  private static List<Double> pick(double[] values, int[] chosen) {
    return Arrays.stream(chosen).mapToObj(i -> values[i]).toList();
  }

  /// Writes what is in progress.
  @Override
  public synchronized void close() throws IOException {
    try {
      for (int i = 1; i < rings.size(); i++) {
        flush(i);
      }
    } finally {
      closeAll();
    }
  }

  private void flush(int level) throws IOException {
    Mean mean = means.get(level);
    if (mean.count > 0) {
      rings.get(level).write(mean.step, mean.values());
    }
    mean.clear();
  }

  private void closeAll() throws IOException {
    for (RingFile ring : rings) {
      ring.close();
    }
  }

  /// Sums of a step in progress; what is not known does not count.
  private static final class Mean {
    final double[] sums;
    final int[] known;
    long step = Long.MIN_VALUE;
    int count;

    Mean(int columns) {
      sums = new double[columns];
      known = new int[columns];
    }

    void add(long ofStep, double[] values) {
      step = ofStep;
      count++;
      for (int i = 0; i < values.length; i++) {
        if (values[i] != RingFile.UNKNOWN) {
          sums[i] += values[i];
          known[i]++;
        }
      }
    }

    double[] values() {
      double[] means = new double[sums.length];
      for (int i = 0; i < means.length; i++) {
        means[i] = known[i] == 0 ? RingFile.UNKNOWN : sums[i] / known[i];
      }
      return means;
    }

    void clear() {
      Arrays.fill(sums, 0);
      Arrays.fill(known, 0);
      count = 0;
    }
  }
}

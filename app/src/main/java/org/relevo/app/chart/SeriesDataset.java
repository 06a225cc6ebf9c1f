package org.relevo.app.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jfree.data.xy.AbstractXYDataset;

/// What the plot reads: the visible part of each series with a `NaN` point in every gap.
///
/// Copied once before a paint, so that the plot sees one state. Owner: FX thread.
final class SeriesDataset extends AbstractXYDataset {
  private static final long serialVersionUID = 1L;

  private final transient List<Line> lines = new ArrayList<>();

  private record Key(String id) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return id.compareTo(other.id);
    }
  }

  /// The copied points of one series. Owner: the dataset.
  private static final class Line {
    private final Key key;
    private double[] xs = new double[64];
    private double[] ys = new double[64];
    private int count;

    private Line(Key key) {
      this.key = key;
    }

    private void put(double x, double y) {
      if (count == xs.length) {
        xs = Arrays.copyOf(xs, count * 2);
        ys = Arrays.copyOf(ys, count * 2);
      }
      xs[count] = x;
      ys[count] = y;
      count++;
    }
  }

  void addLine(String id) {
    lines.add(new Line(new Key(id)));
  }

  /// Copies the points from one before `fromMs` (so that the line reaches the edge) to `untilMs`.
  void load(int line, TimeSeries series, long fromMs, long untilMs) {
    Line target = lines.get(line);
    target.count = 0;
    for (int i = Math.max(0, series.firstAtOrAfter(fromMs) - 1); i < series.size(); i++) {
      long timeMs = series.timeMs(i);
      if (timeMs > untilMs) {
        return;
      }
      if (series.gapBefore(i)) {
        target.put((double) series.timeMs(i - 1) + 1, Double.NaN);
      }
      target.put((double) timeMs, series.value(i));
    }
  }

  void empty(int line) {
    lines.get(line).count = 0;
  }

  @Override
  public int getSeriesCount() {
    return lines.size();
  }

  @Override
  public Comparable<?> getSeriesKey(int series) {
    return lines.get(series).key;
  }

  @Override
  public int getItemCount(int series) {
    return lines.get(series).count;
  }

  @Override
  public Number getX(int series, int item) {
    return getXValue(series, item);
  }

  @Override
  public Number getY(int series, int item) {
    return getYValue(series, item);
  }

  @Override
  public double getXValue(int series, int item) {
    return lines.get(series).xs[item];
  }

  @Override
  public double getYValue(int series, int item) {
    return lines.get(series).ys[item];
  }
}

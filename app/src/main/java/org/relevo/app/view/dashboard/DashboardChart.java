package org.relevo.app.view.dashboard;

import org.relevo.app.chart.ChartUnit;
import org.relevo.app.model.Datum;

/// The charts in reading order.
enum DashboardChart {
  THROUGHPUT("throughput", ChartUnit.PER_SECOND, Datum.POOL),
  TRAFFIC("traffic", ChartUnit.BYTES_PER_SECOND, Datum.POOL),
  LATENCY("latency", ChartUnit.MILLISECONDS, Datum.BENCHMARK),
  BLOCKS("blocks", ChartUnit.PER_SECOND, Datum.POSTGRES),
  HIT_RATIO("hits", ChartUnit.PERCENT, Datum.POSTGRES),
  WAL("wal", ChartUnit.BYTES_PER_SECOND, Datum.POSTGRES),
  LAG("lag", ChartUnit.BYTES, Datum.POSTGRES),
  CPU("cpu", ChartUnit.PERCENT, Datum.HOST),
  DISK("disk", ChartUnit.BYTES_PER_SECOND, Datum.HOST);

  private final String key;
  private final ChartUnit unit;
  private final Datum datum;

  DashboardChart(String key, ChartUnit unit, Datum datum) {
    this.key = key;
    this.unit = unit;
    this.datum = datum;
  }

  String nodeId() {
    return "chart-" + key;
  }

  ChartUnit unit() {
    return unit;
  }

  /// Whose age decides whether the chart is current.
  Datum datum() {
    return datum;
  }

  String titleKey() {
    return "dashboard.chart." + key;
  }

  /// Text for a chart whose lines are all at zero.
  String idleKey() {
    return "dashboard.idle." + key;
  }

  /// Text for a chart without any known value.
  String emptyKey() {
    return "dashboard.empty." + key;
  }
}

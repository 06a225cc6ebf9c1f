package org.relevo.app.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.relevo.jmx.contract.SeriesColumn;
import org.relevo.jmx.contract.SeriesHistory;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.SeriesPoint;
import org.relevo.jmx.contract.SeriesSample;

/// Figures with a past of 14 days: waves, so that every time has its value.
///
/// Owner: any thread.
final class ScriptedSeries implements SeriesMXBean {
  static final List<SeriesColumn> POSTGRES =
      List.of(
          new SeriesColumn("commits", "per second", "transactions committed"),
          new SeriesColumn("rollbacks", "per second", "transactions rolled back"),
          new SeriesColumn("blocks_read", "per second", "blocks that were not in shared buffers"),
          new SeriesColumn("blocks_hit", "per second", "blocks found in shared buffers"),
          new SeriesColumn("wal", "bytes per second", "write-ahead log written"),
          new SeriesColumn("temp_bytes", "bytes per second", "written to temporary files"),
          new SeriesColumn("replay_lag_bytes", "bytes", "received and not replayed"));

  static final List<SeriesColumn> HOST =
      List.of(
          new SeriesColumn("cpu", "0 to 1", "processors busy"),
          new SeriesColumn("io_wait", "0 to 1", "processors idle while a disk worked"),
          new SeriesColumn("disk_read_bytes", "bytes per second", "read from all disks"),
          new SeriesColumn("disk_write_bytes", "bytes per second", "written to all disks"));

  private final ScriptedService service;
  private final List<SeriesColumn> columns;
  private final int seed;

  ScriptedSeries(ScriptedService service, List<SeriesColumn> columns, int seed) {
    this.service = service;
    this.columns = columns;
    this.seed = seed;
  }

  @Override
  public List<SeriesColumn> getColumns() {
    service.reachable();
    return columns;
  }

  @Override
  public SeriesSample getLast() {
    return new SeriesSample(
        7,
        service.sampledAtMs,
        1000,
        columns.stream().map(column -> value(column, service.sampledAtMs)).toList());
  }

  @Override
  public String getProblem() {
    return "";
  }

  @Override
  public List<String> getMissing() {
    return List.of();
  }

  @Override
  public List<SeriesSample> samplesSince(long sequence) {
    return List.of();
  }

  @Override
  public SeriesHistory history(String names, int stepSeconds, long fromEpochMs, long toEpochMs) {
    service.reachable();
    if (!List.of(1, 10, 60).contains(stepSeconds)) {
      throw new IllegalArgumentException("no step of " + stepSeconds + " s");
    }
    service.asked.add(stepSeconds);
    List<String> wanted = Arrays.asList(names.split(",", -1));
    List<SeriesColumn> chosen =
        columns.stream().filter(column -> wanted.contains(column.name())).toList();
    if (chosen.size() != wanted.size()) {
      throw new IllegalArgumentException("no such column among " + names);
    }
    List<SeriesColumn> ordered =
        wanted.stream()
            .map(name -> chosen.stream().filter(c -> c.name().equals(name)).findFirst().get())
            .toList();
    List<SeriesPoint> points = new ArrayList<>();
    long step = stepSeconds * 1000L;
    long end = Math.min(toEpochMs, service.sampledAtMs);
    for (long at = Math.ceilDiv(fromEpochMs, step) * step; at < end; at += step) {
      long now = at;
      points.add(new SeriesPoint(now, ordered.stream().map(column -> value(column, now)).toList()));
    }
    int size = points.size();
    return history(wanted, stepSeconds, points.subList(Math.max(0, size - MAX_POINTS), size));
  }

  private static SeriesHistory history(
      List<String> names, int stepSeconds, List<SeriesPoint> points) {
    return new SeriesHistory(names, stepSeconds, points);
  }

  private double value(SeriesColumn column, long atMs) {
    double wave = 1 + Math.sin(atMs / 900_000.0 + seed + column.name().length());
    double scale =
        switch (column.unit()) {
          case "0 to 1" -> 0.3;
          case "bytes", "bytes per second" -> 2e6;
          default -> 400;
        };
    return scale * wave;
  }
}

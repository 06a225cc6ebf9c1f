package org.relevo.app.testkit;

import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;

/// Lively numbers that are the same in every run: each sample is a function of its sequence.
final class ScriptedData {
  private static final String[] LINES = {
    "pool.lease client=c%d node=pgsql1 waitedMs=0",
    "health.probe node=pgsql2 tookMs=2 timeline=7",
    "checkpoint starting: time",
    "checkpoint complete: wrote 812 buffers (5.0%%); 0 WAL file(s) added",
    "duplicate key value violates unique constraint \"pgbench_branches_pkey\" (c%d)",
    "client.closed id=c%d transactions=184",
  };
  private static final LogLevel[] LEVELS = {
    LogLevel.DEBUG, LogLevel.INFO, LogLevel.INFO, LogLevel.INFO, LogLevel.ERROR, LogLevel.WARN
  };

  private ScriptedData() {}

  static PoolSample pool(long sequence, long atMs, boolean held) {
    double tps = held ? 0 : 1830 + 260 * wave(sequence, 47) + 90 * noise(sequence, 1);
    return new PoolSample(
        sequence,
        atMs,
        64,
        held ? 64 : (int) (2 + 2 * Math.abs(noise(sequence, 2))),
        held ? 0 : 24,
        tps,
        tps * 412,
        tps * 958);
  }

  static PoolSample quiet(PoolSample sample) {
    return new PoolSample(sample.sequence(), sample.sampledAtEpochMs(), 0, 0, 0, 0, 0, 0);
  }

  static PostgresSample quiet(PostgresSample sample) {
    return new PostgresSample(
        sample.sequence(),
        sample.sampledAtEpochMs(),
        sample.periodMs(),
        sample.backends(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  static HostSample host(long sequence, long atMs) {
    return new HostSample(
        sequence,
        atMs,
        clamp(0.42 + 0.16 * wave(sequence, 61) + 0.05 * noise(sequence, 3)),
        clamp(0.06 + 0.03 * wave(sequence, 33)),
        2.4 + wave(sequence, 200),
        9_800_000_000L + (long) (300_000_000 * wave(sequence, 311)),
        0,
        8_400_000 + 3_000_000 * wave(sequence, 41),
        31_000_000 + 9_000_000 * wave(sequence, 29) + 2_000_000 * noise(sequence, 4),
        clamp(0.38 + 0.2 * wave(sequence, 37)),
        2_100_000 + 500_000 * wave(sequence, 47),
        4_900_000 + 900_000 * wave(sequence, 47));
  }

  static PostgresSample postgres(int nodeId, boolean primary, long sequence, long atMs) {
    double tps = 1830 + 260 * wave(sequence, 47) + 90 * noise(sequence, 5 + nodeId);
    double writes = primary ? tps : 0;
    return new PostgresSample(
        sequence,
        atMs,
        1000,
        primary ? 26 : 3,
        primary ? tps : 4,
        primary ? 0.4 : 0,
        210 + 120 * wave(sequence, 53) + (primary ? 0 : 40),
        tps * (primary ? 41 : 6),
        tps * 22,
        tps * 4,
        writes,
        writes * 3,
        0,
        primary ? 24_000 : 0,
        0,
        primary ? writes * 1480 : -1,
        sequence % 60 == 0 ? 1 : 0,
        sequence % 60 < 20 ? 320 : 0,
        primary ? 0 : (long) (32_000 + 24_000 * wave(sequence, 23)));
  }

  static BenchmarkSample benchmark(long sequence, long atMs) {
    double tps = 1810 + 250 * wave(sequence, 47) + 80 * noise(sequence, 9);
    double meanMs = 16_000 / tps;
    return new BenchmarkSample(
        sequence,
        atMs,
        tps,
        meanMs,
        meanMs * 0.9,
        meanMs * 1.6,
        meanMs * 2.5,
        31 + 14 * Math.abs(noise(sequence, 10)),
        0,
        0,
        0,
        -1);
  }

  static List<LogLine> log(String sourceId, int count, long lastAtMs) {
    List<LogLine> lines = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      int kind = Math.floorMod(i * 7 + sourceId.hashCode(), LINES.length);
      lines.add(
          new LogLine(
              sourceId, i, lastAtMs - (count - i) * 730L, LEVELS[kind], LINES[kind].formatted(i)));
    }
    return lines;
  }

  private static double wave(long sequence, double period) {
    return Math.sin(2 * Math.PI * sequence / period);
  }

  /// -1 to 1, the same for the same input.
  private static double noise(long sequence, int salt) {
    long x = (sequence * 0x9E3779B97F4A7C15L) ^ (salt * 0xBF58476D1CE4E5B9L);
    x ^= x >>> 29;
    x *= 0x94D049BB133111EBL;
    x ^= x >>> 32;
    return (x & 0xFFFFF) / (double) 0x7FFFF - 1;
  }

  private static double clamp(double value) {
    return Math.min(1, Math.max(0, value));
  }
}

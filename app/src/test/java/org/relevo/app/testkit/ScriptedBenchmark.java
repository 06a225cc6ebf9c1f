package org.relevo.app.testkit;

import java.util.List;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;

/// The scripted load generator.
///
/// Owner: any thread.
final class ScriptedBenchmark implements BenchmarkMXBean {
  private final ScriptedService service;
  private final Runnable operator;

  ScriptedBenchmark(ScriptedService service, Runnable operator) {
    this.service = service;
    this.operator = operator;
  }

  @Override
  public BenchmarkStatus getStatus() {
    service.reachable();
    double tps = service.benchmark.isEmpty() ? 0 : service.benchmark.getLast().tps();
    return new BenchmarkStatus(
        service.benchmarkState,
        "tpcb-like",
        "127.0.0.1:9999",
        16,
        5,
        service.startedAtMs,
        service.benchmarkState == BenchmarkState.RUNNING ? -1 : service.sampledAtMs,
        1_086_000,
        0,
        tps,
        8.8,
        8.1,
        14.2,
        22.9,
        61,
        140,
        "");
  }

  @Override
  public List<BenchmarkSample> samplesSince(long sequence) {
    return service.since(service.benchmark, BenchmarkSample::sequence, sequence);
  }

  @Override
  public long longestGapMs(long fromEpochMs, long toEpochMs) {
    service.reachable();
    return 140;
  }

  @Override
  public long errorsBetween(long fromEpochMs, long toEpochMs) {
    service.reachable();
    return 0;
  }

  @Override
  public void init(int scale) {
    begin(BenchmarkState.INITIALISING);
  }

  @Override
  public void start(String script, int clients, int seconds) {
    begin(BenchmarkState.RUNNING);
  }

  @Override
  public void stop() {
    operator.run();
    service.benchmark(BenchmarkState.FINISHED);
  }

  private void begin(BenchmarkState next) {
    service.reachable();
    operator.run();
    if (service.benchmarkState == BenchmarkState.RUNNING) {
      throw new IllegalStateException("a run is in progress");
    }
    service.benchmark(next);
  }
}

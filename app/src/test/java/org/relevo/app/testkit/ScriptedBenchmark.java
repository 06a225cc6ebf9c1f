package org.relevo.app.testkit;

import java.util.List;
import org.relevo.jmx.contract.BenchmarkComparison;
import org.relevo.jmx.contract.BenchmarkEngine;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.BenchmarkPlan;
import org.relevo.jmx.contract.BenchmarkRun;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkTables;

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
    return BenchmarkPictures.status(
        service.benchmarkState,
        tps,
        service.startedAtMs,
        service.benchmarkState == BenchmarkState.RUNNING ? -1 : service.sampledAtMs);
  }

  @Override
  public List<BenchmarkEngine> getEngines() {
    service.reachable();
    return List.of(new BenchmarkEngine("relevo", "1.0"));
  }

  @Override
  public List<BenchmarkScript> getScripts() {
    service.reachable();
    return List.of(new BenchmarkScript("tpcb-like", "SELECT 1;", 1));
  }

  @Override
  public List<BenchmarkRun> getRuns() {
    service.reachable();
    return service.runs();
  }

  @Override
  public String checkScript(String text) {
    service.reachable();
    return text.contains("nonsense") ? "line 1, column 1: no command nonsense" : "";
  }

  @Override
  public List<BenchmarkSample> samplesOf(String runId) {
    service.reachable();
    return service.benchmark;
  }

  @Override
  public BenchmarkComparison compare(String base, String other) {
    service.reachable();
    service.did("compare " + base + " " + other);
    return BenchmarkPictures.comparison();
  }

  @Override
  public void fill(BenchmarkTables tables) {
    begin(BenchmarkState.INITIALISING);
  }

  @Override
  public void run(BenchmarkPlan plan) {
    service.did("run " + plan);
    begin(BenchmarkState.RUNNING);
  }

  @Override
  public void forget(String runId) {
    service.reachable();
    operator.run();
    throw new IllegalArgumentException("there is no run " + runId);
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

package org.relevo.jmx.contract;

/// What the load generator does now.
public enum BenchmarkState {
  IDLE,
  INITIALISING,
  RUNNING,
  FINISHED,
  FAILED
}

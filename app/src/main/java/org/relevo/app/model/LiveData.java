package org.relevo.app.model;

import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.BenchmarkSample;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;

/// The answer of one poll: the newest snapshot, and what is newer than the histories asked from.
public record LiveData(
    ClusterStatus status,
    List<NodeInfo> nodes,
    PoolInfo poolInfo,
    List<PoolSample> pool,
    HostInfo hostInfo,
    List<HostSample> host,
    Map<Integer, List<PostgresSample>> postgres,
    Map<Integer, String> postgresProblems,
    BenchmarkStatus benchmarkStatus,
    List<BenchmarkSample> benchmark,
    List<EventRecord> events,
    OperationStatus operation,
    ControlData controlData) {
  public LiveData {
    nodes = List.copyOf(nodes);
    pool = List.copyOf(pool);
    host = List.copyOf(host);
    postgres = Map.copyOf(postgres);
    postgresProblems = Map.copyOf(postgresProblems);
    benchmark = List.copyOf(benchmark);
    events = List.copyOf(events);
  }
}

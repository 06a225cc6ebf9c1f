package org.relevo.proxy.http;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PositionsMXBean;
import org.relevo.jmx.contract.PostgresMXBean;

/// The service's figures, read from its MBeans as any console reads them. Names are an outside
/// contract: dashboards and rules rely on them.
///
/// Labels have bounded sets: nodes and members of the configuration, states of enums; of the pools,
/// which clients can make more of, the busiest hundred by their own name, the rest as one.
///
/// Owner: none; a new picture each time.
@SuppressWarnings("LongDoubleConversion") // counts, far below 2^53
public final class ServiceMetrics implements Supplier<Metrics> {

  private final MBeanServer mbeans;
  private final Refusals refusals;

  /// Requests and logins that each management protocol has turned away.
  public record Refusals(LongSupplier http, LongSupplier pcp, LongSupplier jmx) {}

  public ServiceMetrics(MBeanServer mbeans, Refusals refusals) {
    this.mbeans = mbeans;
    this.refusals = refusals;
  }

  private <T> Optional<T> bean(ObjectName name, Class<T> type) {
    return mbeans.isRegistered(name)
        ? Optional.of(JMX.newMXBeanProxy(mbeans, name, type))
        : Optional.empty();
  }

  @Override
  public Metrics get() {
    Metrics all = new Metrics();
    bean(ObjectNames.CLUSTER, ClusterMXBean.class)
        .ifPresent(bean -> ClusterFigures.cluster(all, bean));
    bean(ObjectNames.CONTROL, ControlMXBean.class)
        .ifPresent(bean -> ClusterFigures.control(all, bean.getStatus()));
    bean(ObjectNames.POOL, PoolMXBean.class).ifPresent(bean -> TrafficFigures.traffic(all, bean));
    bean(ObjectNames.POSITIONS, PositionsMXBean.class)
        .ifPresent(bean -> TrafficFigures.positions(all, bean.getStatus()));
    postgres(all);
    bean(ObjectNames.HOST, HostMXBean.class).ifPresent(bean -> MachineFigures.host(all, bean));
    process(all);
    return all;
  }

  private void postgres(Metrics all) {
    bean(ObjectNames.CLUSTER, ClusterMXBean.class)
        .ifPresent(cluster ->
            cluster
                .getNodes()
                .forEach(node ->
                    bean(ObjectNames.postgres(node.id()), PostgresMXBean.class)
                        .ifPresent(
                            bean -> MachineFigures.postgres(all, node.id(), bean.getLast()))));
  }

  private void process(Metrics all) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    all.gauge("relevo_process_heap_used_bytes", "bytes", "Java heap in use.", heap.getUsed());
    all.gauge("relevo_process_heap_max_bytes", "bytes", "Most Java heap.", heap.getMax());
    all.gauge(
        "relevo_process_start_time_seconds",
        "seconds",
        "Start, since 1970.",
        ManagementFactory.getRuntimeMXBean().getStartTime() / Figures.MS);
    long collections = 0;
    long collectionMs = 0;
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += Math.max(0, collector.getCollectionCount());
      collectionMs += Math.max(0, collector.getCollectionTime());
    }
    all.counter("relevo_process_gc_collections", "", "Garbage collections.", collections);
    all.counter(
        "relevo_process_gc_seconds",
        "seconds",
        "Time in garbage collections.",
        collectionMs / Figures.MS);
    all.gauge(
        "relevo_process_threads",
        "",
        "Threads.",
        ManagementFactory.getThreadMXBean().getThreadCount());
    ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .ifPresent(time ->
            all.counter(
                "relevo_process_cpu_seconds",
                "seconds",
                "Processor time used.",
                time.toMillis() / Figures.MS));
    refused(all, "http", refusals.http());
    refused(all, "pcp", refusals.pcp());
    refused(all, "jmx", refusals.jmx());
    all.gauge(
        "relevo_metrics_dropped_samples", "", "Samples left out of this scrape.", all.dropped());
  }

  private static void refused(Metrics all, String protocol, LongSupplier count) {
    all.counter(
        "relevo_management_refused",
        "",
        "Requests and logins that were turned away.",
        count.getAsLong(),
        "protocol",
        protocol);
  }
}

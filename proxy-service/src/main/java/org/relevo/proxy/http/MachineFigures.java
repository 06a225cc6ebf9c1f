package org.relevo.proxy.http;

import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.PostgresSample;

/// PostgreSQL's own statistics, and the machine.
@SuppressWarnings("LongDoubleConversion") // counts, far below 2^53
final class MachineFigures {
  private MachineFigures() {}

  static void postgres(Metrics all, int node, PostgresSample last) {
    String id = Integer.toString(node);
    all.gauge(
        "relevo_postgres_backends",
        "",
        "Server processes that serve somebody.",
        Figures.known(last.backends()),
        "node",
        id);
    rate(all, "commits", "Committed transactions a second.", last.commitsPerSecond(), id);
    rate(all, "rollbacks", "Rolled back transactions a second.", last.rollbacksPerSecond(), id);
    rate(
        all,
        "blocks_read",
        "Blocks read past shared buffers a second.",
        last.blocksReadPerSecond(),
        id);
    rate(
        all,
        "blocks_hit",
        "Blocks found in shared buffers a second.",
        last.blocksHitPerSecond(),
        id);
    rate(all, "deadlocks", "Deadlocks a second.", last.deadlocksPerSecond(), id);
    rate(all, "wal_bytes", "Bytes of write-ahead log a second.", last.walBytesPerSecond(), id);
    rate(all, "checkpoints", "Checkpoints a second.", last.checkpointsPerSecond(), id);
  }

  static void rate(Metrics all, String name, String help, double value, String node) {
    all.gauge(
        "relevo_postgres_" + name + "_per_second",
        "",
        help,
        value < 0 ? Double.NaN : value,
        "node",
        node);
  }

  static void host(Metrics all, HostMXBean bean) {
    HostSample last = bean.getLast();
    all.gauge(
        "relevo_host_cpu_load_ratio",
        "ratio",
        "Use of all processors, 0 to 1.",
        Figures.known(last.cpuLoad()));
    all.gauge(
        "relevo_host_cpu_iowait_ratio",
        "ratio",
        "Time that processors waited for disks.",
        Figures.known(last.cpuIoWait()));
    all.gauge(
        "relevo_host_memory_available_bytes",
        "bytes",
        "Memory that can be had.",
        Figures.known(last.memoryAvailableBytes()));
    all.gauge(
        "relevo_host_memory_bytes",
        "bytes",
        "Memory of the machine.",
        Figures.known(bean.getInfo().memoryTotalBytes()));
    all.gauge(
        "relevo_host_swap_used_bytes",
        "bytes",
        "Swap in use.",
        Figures.known(last.swapUsedBytes()));
  }
}

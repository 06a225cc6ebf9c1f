package org.relevo.proxy.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolSample;

/// Sums the loops' counters and keeps a sample of each second.
///
/// Owner: one lock over the ring; [#sample] is called by one timer.
public final class PoolMetrics {
  private final List<LoopShard> shards;
  private final IntSupplier servers;
  private final Deque<PoolSample> ring = new ArrayDeque<>();
  private long sequence;
  private long lastAtNs = System.nanoTime();
  private long lastTransactions;
  private long lastFromClients;
  private long lastToClients;

  /// @param servers open server connections
  public PoolMetrics(List<LoopShard> shards, IntSupplier servers) {
    this.shards = List.copyOf(shards);
    this.servers = servers;
  }

  public PoolInfo info() {
    return new PoolInfo(
        (int) sum(counters -> counters.clients),
        (int) sum(counters -> counters.waiting),
        servers.getAsInt(),
        sum(counters -> counters.accepted),
        sum(counters -> counters.refused),
        sum(counters -> counters.transactions),
        sum(counters -> counters.bytesFromClients),
        sum(counters -> counters.bytesToClients),
        sum(counters -> counters.cancelRequests),
        System.currentTimeMillis());
  }

  /// Oldest first.
  public synchronized List<PoolSample> samplesSince(long after) {
    return ring.stream().filter(sample -> sample.sequence() > after).toList();
  }

  /// Takes the sample of the second that has passed.
  public synchronized void sample() {
    PoolInfo now = info();
    long atNs = System.nanoTime();
    double seconds = Math.max(1e-3, (atNs - lastAtNs) / 1e9);
    sequence++;
    ring.addLast(
        new PoolSample(
            sequence,
            now.sampledAtEpochMs(),
            now.clients(),
            now.waitingClients(),
            now.serverConnections(),
            (now.transactionsTotal() - lastTransactions) / seconds,
            (now.bytesFromClientsTotal() - lastFromClients) / seconds,
            (now.bytesToClientsTotal() - lastToClients) / seconds));
    if (ring.size() > ObjectNames.HISTORY_CAPACITY) {
      ring.removeFirst();
    }
    lastAtNs = atNs;
    lastTransactions = now.transactionsTotal();
    lastFromClients = now.bytesFromClientsTotal();
    lastToClients = now.bytesToClientsTotal();
    shards.forEach(shard -> shard.loop().execute(shard::publishCounts));
  }

  private long sum(Function<LoopCounters, AtomicLong> counter) {
    long total = 0;
    for (LoopShard shard : shards) {
      total += counter.apply(shard.counters()).getOpaque();
    }
    return total;
  }
}

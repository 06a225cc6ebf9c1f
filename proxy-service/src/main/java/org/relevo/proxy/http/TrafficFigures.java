package org.relevo.proxy.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.PositionsStatus;
import org.relevo.jmx.contract.SampledPosition;
import org.relevo.jmx.contract.StatementCacheInfo;

/// Clients, pools and positions.
@SuppressWarnings("LongDoubleConversion") // counts, far below 2^53
final class TrafficFigures {
  private static final int MOST_POOLS = 100;

  private TrafficFigures() {}

  static void traffic(Metrics all, PoolMXBean bean) {
    PoolInfo info = bean.getInfo();
    all.gauge("relevo_clients", "", "Connected clients.", info.clients());
    all.gauge(
        "relevo_clients_waiting",
        "",
        "Clients that wait for a server connection.",
        info.waitingClients());
    all.gauge("relevo_server_connections", "", "Connections to servers.", info.serverConnections());
    all.counter("relevo_clients_accepted", "", "Clients that came.", info.acceptedTotal());
    all.counter(
        "relevo_clients_refused", "", "Clients that were turned away.", info.refusedTotal());
    all.counter("relevo_transactions", "", "Ended transactions.", info.transactionsTotal());
    all.counter(
        "relevo_client_received_bytes",
        "bytes",
        "Bytes from clients.",
        info.bytesFromClientsTotal());
    all.counter(
        "relevo_client_sent_bytes", "bytes", "Bytes to clients.", info.bytesToClientsTotal());
    all.counter(
        "relevo_cancel_requests", "", "Cancel requests of clients.", info.cancelRequestsTotal());
    pools(all, bean.getPools());
    StatementCacheInfo cache = bean.getStatementCache();
    all.gauge(
        "relevo_prepared_statements",
        "",
        "Different prepared statements that are known.",
        cache.distinctStatements());
    all.counter(
        "relevo_prepared_hits",
        "",
        "Executions that found their statement prepared.",
        cache.hitsTotal());
    all.counter(
        "relevo_prepared_server_parses",
        "",
        "Statements that servers had to prepare.",
        cache.serverParsesTotal());
    all.counter(
        "relevo_prepared_evictions",
        "",
        "Statements given up for newer ones.",
        cache.evictionsTotal());
  }

  static void pools(Metrics all, List<PoolStatus> pools) {
    List<PoolStatus> busiest = new ArrayList<>(pools);
    busiest.sort(Comparator.comparingLong(PoolStatus::grantedTotal).reversed());
    for (int i = 0; i < busiest.size(); i++) {
      PoolStatus pool = busiest.get(i);
      if (i >= MOST_POOLS) {
        break;
      }
      String[] labels = {
        "node", Integer.toString(pool.nodeId()), "database", pool.database(), "user", pool.user()
      };
      all.gauge(
          "relevo_pool_size_limit",
          "",
          "Most server connections of the pool.",
          pool.sizeLimit(),
          labels);
      all.gauge(
          "relevo_pool_servers_active",
          "",
          "Server connections that a client holds.",
          pool.serversActive(),
          labels);
      all.gauge(
          "relevo_pool_servers_idle", "", "Free server connections.", pool.serversIdle(), labels);
      all.gauge(
          "relevo_pool_clients_active",
          "",
          "Clients that are served or want nothing.",
          pool.clientsActive(),
          labels);
      all.gauge(
          "relevo_pool_clients_waiting",
          "",
          "Clients in the queue of the pool.",
          pool.clientsWaiting(),
          labels);
      all.gauge(
          "relevo_pool_oldest_wait_seconds",
          "seconds",
          "How long the first of the queue has waited.",
          pool.oldestWaitMs() / Figures.MS,
          labels);
      all.counter(
          "relevo_pool_granted",
          "",
          "Times that a client got a server connection.",
          pool.grantedTotal(),
          labels);
      all.counter(
          "relevo_pool_waited",
          "",
          "Times that a client had to wait for one.",
          pool.waitedTotal(),
          labels);
      all.counter(
          "relevo_pool_wait_seconds",
          "seconds",
          "Time that clients have waited.",
          pool.waitMsTotal() / Figures.MS,
          labels);
      all.counter(
          "relevo_pool_timed_out",
          "",
          "Clients that waited too long.",
          pool.timedOutTotal(),
          labels);
      all.counter(
          "relevo_pool_open_failures",
          "",
          "Server connections that could not be opened.",
          pool.openFailuresTotal(),
          labels);
    }
    all.gauge(
        "relevo_pools", "", "Pools, also those that are not listed one by one.", pools.size());
  }

  static void positions(Metrics all, PositionsStatus status) {
    all.counter(
        "relevo_position_samples", "", "Positions read for routing.", status.samplesTotal());
    all.gauge(
        "relevo_position_unsettled_writes",
        "",
        "Acknowledged writes whose position is not known yet.",
        status.unsettledMarks());
    all.gauge(
        "relevo_position_waiting_reads",
        "",
        "Reads that wait for a standby.",
        status.waitingReads());
    for (SampledPosition node : status.nodes()) {
      all.gauge(
          "relevo_position_lag_bytes",
          "bytes",
          "How far the node is behind for reads that must see a write.",
          Figures.known(node.lagBytes()),
          "node",
          Integer.toString(node.nodeId()));
    }
  }
}

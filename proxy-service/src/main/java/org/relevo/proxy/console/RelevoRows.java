package org.relevo.proxy.console;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.relevo.jmx.contract.StatementCacheInfo;
import org.relevo.jmx.contract.StatementsMXBean;
import org.relevo.proxy.core.NodeView;

/// Rows of our own tables.
final class RelevoRows {
  private RelevoRows() {}

  static Stream<Row> nodes(Material material) {
    return material.source().nodes().stream().map(RelevoRows::node);
  }

  private static Row node(NodeState node) {
    NodeView view = node.view();
    return Row.of(
        view.id().value(),
        view.name(),
        view.host(),
        view.port(),
        SocketRows.lower(view.role()),
        SocketRows.lower(view.status()),
        view.usable(),
        node.primary(),
        node.weight(),
        known(node.lagBytes()),
        known(view.replayLagMs()),
        SocketRows.time(view.sinceEpochMs()),
        view.reason());
  }

  private static @org.jspecify.annotations.Nullable Long known(long value) {
    return value < 0 ? null : value;
  }

  static Stream<Row> queue(Material material) {
    return material.picture().queue().stream()
        .map(entry ->
            Row.of(
                entry.position(),
                entry.waitMs(),
                entry.clientId(),
                entry.clientAddress(),
                entry.clientPort(),
                entry.database(),
                entry.user()));
  }

  static Stream<Row> pools(Material material) {
    return material.picture().pools().stream()
        .map(pool ->
            Row.of(
                pool.nodeId(),
                pool.database(),
                pool.user(),
                pool.mode(),
                pool.sizeLimit(),
                pool.minimumSize(),
                pool.clientsActive(),
                pool.clientsWaiting(),
                pool.serversActive(),
                pool.serversIdle(),
                pool.serversChecking(),
                pool.serversOpening(),
                pool.oldestWaitMs(),
                pool.grantedTotal(),
                pool.waitedTotal(),
                pool.waitMsTotal(),
                pool.longestWaitMs(),
                pool.timedOutTotal(),
                pool.openedTotal(),
                pool.openFailuresTotal(),
                pool.movedTotal(),
                pool.closedTotal()));
  }

  static Stream<Row> statements(Material material) {
    return material.source().statements(StatementsMXBean.MAX_ROWS).stream()
        .map(statement ->
            Row.of(
                statement.fingerprint(),
                statement.database(),
                statement.user(),
                statement.calls(),
                statement.errors(),
                statement.rows(),
                statement.totalMs(),
                statement.meanMs(),
                statement.p50Ms(),
                statement.p95Ms(),
                statement.p99Ms(),
                statement.maxMs(),
                statement.nodes().stream()
                    .map(node -> node.nodeId() + ":" + node.calls())
                    .collect(Collectors.joining(" ")),
                statement.text()));
  }

  static Stream<Row> prepared(Material material) {
    StatementCacheInfo cache = material.source().statementCache();
    Double ratio = cache.bindsTotal() == 0 ? null : (double) cache.hitsTotal() / cache.bindsTotal();
    return Stream.of(
        Row.of(
            cache.distinctStatements(),
            cache.clientStatements(),
            cache.serverStatements(),
            cache.clientParsesTotal(),
            cache.serverParsesTotal(),
            cache.bindsTotal(),
            cache.hitsTotal(),
            cache.evictionsTotal(),
            ratio));
  }
}

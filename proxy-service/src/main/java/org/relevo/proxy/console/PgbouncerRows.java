package org.relevo.proxy.console;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.ServerConnectionInfo;

/// Rows of PgBouncer's other tables.
final class PgbouncerRows {
  private record PoolName(String database, String user) {}

  private PgbouncerRows() {}

  static Stream<Row> help(Material material) {
    return HelpText.LINES.stream().map(line -> Row.of(line.command(), line.description()));
  }

  static Stream<Row> version(Material material) {
    return Stream.of(Row.of("Relevo " + material.source().service().version()));
  }

  /// One row for each database and user, as exporters expect it; nodes are added up.
  static Stream<Row> pools(Material material) {
    Map<PoolName, List<PoolStatus>> pools =
        material.picture().pools().stream()
            .collect(
                Collectors.groupingBy(
                    pool -> new PoolName(pool.database(), pool.user()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return pools.entrySet().stream().map(entry -> pool(entry.getKey(), entry.getValue()));
  }

  private static Row pool(PoolName name, List<PoolStatus> nodes) {
    long waitMs = nodes.stream().mapToLong(PoolStatus::oldestWaitMs).max().orElse(0);
    return Row.of(
        name.database(),
        name.user(),
        sum(nodes, PoolStatus::clientsActive),
        sum(nodes, PoolStatus::clientsWaiting),
        0L,
        0L,
        sum(nodes, PoolStatus::serversActive),
        0L,
        0L,
        sum(nodes, PoolStatus::serversIdle),
        0L,
        sum(nodes, PoolStatus::serversChecking),
        sum(nodes, PoolStatus::serversOpening),
        waitMs / 1000,
        waitMs % 1000 * 1000,
        nodes.getFirst().mode(),
        null);
  }

  private static long sum(Collection<PoolStatus> pools, Function<PoolStatus, Integer> count) {
    return pools.stream().mapToLong(count::apply).sum();
  }

  static Stream<Row> lists(Material material) {
    Picture picture = material.picture();
    long logins = count(picture.clients(), client -> client.state() == ClientState.LOGIN);
    return Stream.of(
        Row.of("databases", material.source().databases().size()),
        Row.of("users", users(picture).size()),
        Row.of("peers", 0),
        Row.of(
            "pools",
            picture.pools().stream()
                .map(pool -> new PoolName(pool.database(), pool.user()))
                .distinct()
                .count()),
        Row.of("peer_pools", 0),
        Row.of("free_clients", 0),
        Row.of("used_clients", picture.clients().size() - logins),
        Row.of("login_clients", logins),
        Row.of("free_servers", 0),
        Row.of("used_servers", picture.servers().size()),
        Row.of("dns_names", 0),
        Row.of("dns_zones", 0),
        Row.of("dns_queries", 0),
        Row.of("dns_pending", 0));
  }

  static Stream<Row> databases(Material material) {
    NodeState primary =
        material.source().nodes().stream().filter(NodeState::primary).findFirst().orElse(null);
    Picture picture = material.picture();
    return material.source().databases().stream()
        .map(database ->
            Row.of(
                database.name(),
                primary == null ? null : primary.view().host(),
                primary == null ? null : primary.view().port(),
                database.name(),
                null,
                database.poolSize(),
                database.minimum(),
                database.reserved(),
                database.life().toSeconds(),
                database.mode().isEmpty() ? null : database.mode(),
                null,
                database.maxConnections(),
                count(picture.servers(), server -> server.database().equals(database.name())),
                0L,
                count(picture.clients(), client -> client.database().equals(database.name())),
                database.paused() ? 1L : 0L,
                database.disabled() ? 1L : 0L));
  }

  static Stream<Row> users(Material material) {
    Picture picture = material.picture();
    Map<String, Long> servers =
        picture.servers().stream()
            .collect(Collectors.groupingBy(ServerConnectionInfo::user, Collectors.counting()));
    Map<String, Long> clients =
        picture.clients().stream()
            .collect(Collectors.groupingBy(ClientInfo::user, Collectors.counting()));
    return users(picture).stream()
        .map(user ->
            Row.of(
                user,
                null,
                null,
                null,
                material.source().service().maxUserConnections(),
                servers.getOrDefault(user, 0L),
                0L,
                clients.getOrDefault(user, 0L)));
  }

  private static Set<String> users(Picture picture) {
    return Stream.concat(
            picture.clients().stream().map(ClientInfo::user),
            picture.servers().stream().map(ServerConnectionInfo::user))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static <T> long count(List<T> list, java.util.function.Predicate<T> condition) {
    return list.stream().filter(condition).count();
  }

  static Stream<Row> config(Material material) {
    return material.source().settings().stream()
        .map(setting ->
            Row.of(
                setting.name(),
                setting.value(),
                setting.defaultValue(),
                setting.reloadable() ? "yes" : "no"));
  }

  /// The process's memory; PgBouncer shows its slabs, each with the size of one item.
  static Stream<Row> mem(Material material) {
    var memory = ManagementFactory.getMemoryMXBean();
    Stream<Row> buffers =
        ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class).stream()
            .map(pool ->
                Row.of(
                    "buffers_" + pool.getName().replace(' ', '_').replace("'", ""),
                    1L,
                    pool.getMemoryUsed(),
                    Math.max(0, pool.getTotalCapacity() - pool.getMemoryUsed()),
                    pool.getTotalCapacity()));
    return Stream.concat(
        Stream.of(
            usage("heap", memory.getHeapMemoryUsage()),
            usage("non_heap", memory.getNonHeapMemoryUsage())),
        buffers);
  }

  private static Row usage(String name, MemoryUsage usage) {
    return Row.of(
        name, 1L, usage.getUsed(), usage.getCommitted() - usage.getUsed(), usage.getCommitted());
  }

  static Stream<Row> state(Material material) {
    boolean paused = material.source().service().paused();
    return Stream.of(
        Row.of("active", paused ? "no" : "yes"),
        Row.of("paused", paused ? "yes" : "no"),
        Row.of("suspended", "no"));
  }
}

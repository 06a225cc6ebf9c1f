package org.relevo.proxy.console;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.relevo.proxy.console.Picture.Part;

/// Everything that `SHOW` shows, with its columns. PgBouncer's and pgpool-II's have the peers'
/// names and order (PgBouncer 1.25, pgpool-II 4.7), because exporters read them by name and scripts
/// by position.
@SuppressWarnings("ImmutableEnumChecker") // unmodifiable lists and stateless functions
public enum ShowTable {
  // PgBouncer's
  HELP("command description", PgbouncerRows::help),
  VERSION("version", PgbouncerRows::version),
  CLIENTS(TableColumns.SOCKET, SocketRows::clients, Part.CLIENTS),
  SERVERS(TableColumns.SOCKET, SocketRows::servers, Part.SERVERS),
  SOCKETS(TableColumns.SOCKET_MORE, SocketRows::sockets, Part.CLIENTS, Part.SERVERS),
  ACTIVE_SOCKETS(TableColumns.SOCKET_MORE, SocketRows::active, Part.CLIENTS, Part.SERVERS),
  POOLS(TableColumns.POOLS, PgbouncerRows::pools, Part.POOLS),
  STATS("database " + TableColumns.TOTALS + " " + TableColumns.AVERAGES, StatRows::stats),
  STATS_TOTALS("database " + TableColumns.PLAIN_STATS, StatRows::totals),
  STATS_AVERAGES("database " + TableColumns.PLAIN_STATS, StatRows::averages),
  TOTALS("name value:i", StatRows::sums),
  LISTS("list items:i", PgbouncerRows::lists, Part.CLIENTS, Part.SERVERS, Part.POOLS),
  DATABASES(TableColumns.DATABASES, PgbouncerRows::databases, Part.CLIENTS, Part.SERVERS),
  USERS(TableColumns.USERS, PgbouncerRows::users, Part.CLIENTS, Part.SERVERS),
  CONFIG("key value default changeable", PgbouncerRows::config),
  MEM("name size:i used:i free:i memtotal:i", PgbouncerRows::mem),
  STATE("key value", PgbouncerRows::state),
  PEERS("peer_id:i host port:i pool_size:i", _ -> Stream.empty()),
  PEER_POOLS(
      "peer_id:i cl_active_cancel_req:i cl_waiting_cancel_req:i sv_active_cancel:i sv_login:i",
      _ -> Stream.empty()),
  // Relevo's
  NODES(TableColumns.NODES, RelevoRows::nodes),
  QUEUE(
      "position:i wait_ms:i client_id:i client_addr client_port:i database user",
      RelevoRows::queue,
      Part.QUEUE),
  POOL_DETAILS(TableColumns.POOL_DETAILS, RelevoRows::pools, Part.POOLS),
  PREPARED(TableColumns.PREPARED, RelevoRows::prepared),
  STATEMENTS(TableColumns.STATEMENTS, RelevoRows::statements),
  // pgpool-II's; all columns are text
  POOL_NODES(TableColumns.POOL_NODES, PgpoolRows::nodes),
  POOL_PROCESSES(TableColumns.POOL_PROCESSES, PgpoolRows::processes, Part.CLIENTS, Part.SERVERS),
  POOL_POOLS(TableColumns.POOL_POOLS, PgpoolRows::pools, Part.CLIENTS, Part.SERVERS),
  POOL_STATUS("item value description", PgpoolRows::status),
  POOL_VERSION("pool_version", PgpoolRows::version),
  POOL_CACHE(TableColumns.POOL_CACHE, PgpoolRows::cache),
  POOL_HEALTH_CHECK_STATS(TableColumns.POOL_HEALTH, PgpoolRows::health),
  POOL_BACKEND_STATS(TableColumns.POOL_BACKEND, PgpoolRows::backends);

  private static final Set<ShowTable> PGPOOLS = EnumSet.range(POOL_NODES, POOL_BACKEND_STATS);

  private final List<Column> columns;
  private final Function<Material, Stream<Row>> rows;
  private final Set<Part> parts;

  ShowTable(String columns, Function<Material, Stream<Row>> rows, Part... parts) {
    this.columns = Column.list(columns);
    this.rows = rows;
    this.parts = Set.of(parts);
  }

  public List<Column> columns() {
    return columns;
  }

  /// What a picture must hold for its rows.
  Set<Part> parts() {
    return parts;
  }

  Stream<Row> rows(Material material) {
    return rows.apply(material);
  }

  boolean isPgpools() {
    return PGPOOLS.contains(this);
  }

  /// As written in lower case.
  public String keyword() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ShowTable> of(String keyword) {
    return Stream.of(values()).filter(table -> table.keyword().equals(keyword)).findFirst();
  }
}

package org.relevo.proxy.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolSettings;

/// Some pool settings, to be laid over others.
///
/// @param values typed values by setting name
record PoolPatch(Map<String, Object> values) {
  static final PoolPatch NONE = new PoolPatch(Map.of());

  PoolPatch {
    values = Map.copyOf(values);
  }

  /// Reads every setting that `values` has.
  ///
  /// @param all whether settings without a line are taken too, at their defaults
  static PoolPatch of(SettingValues values, boolean all) {
    Map<String, Object> read = new HashMap<>();
    for (Setting setting : SettingTable.settings()) {
      String name = setting.name();
      if (setting.perPool() && (all || values.line(name) != null)) {
        read.put(name, value(setting, values));
      }
    }
    return new PoolPatch(read);
  }

  private static Object value(Setting setting, SettingValues values) {
    String name = setting.name();
    return switch (setting.type()) {
      case CHOICE -> values.choice(PoolMode.class, name);
      case INTEGER -> values.integer(name);
      case DURATION -> values.duration(name);
      case BOOLEAN -> values.bool(name);
      case QUERIES -> new Queries(values.queries(name));
      case TEXT, PATH, SECRET, REAL, SIZE, ADDRESSES, PATHS, FLAGS, PERMISSIONS ->
          throw new IllegalStateException("no pool setting has the type of " + name);
    };
  }

  PoolSettings over(PoolSettings base) {
    if (values.isEmpty()) {
      return base;
    }
    int size = get("default_pool_size", Integer.class, base.size());
    return new PoolSettings(
        get("pool_mode", PoolMode.class, base.mode()),
        size,
        // Sections may set the one and inherit the other.
        Math.min(size, get("min_pool_size", Integer.class, base.minimum())),
        time("query_wait_timeout", base.queryWait()),
        time("child_life_time", base.idleLife()),
        time("connection_life_time", base.life()),
        get("child_max_connections", Integer.class, Math.toIntExact(base.maxUses())),
        time("connection_check_delay", base.checkDelay()),
        get("reset_query_list", Queries.class, new Queries(base.resetQueries())).texts(),
        get("reset_query_always", Boolean.class, base.resetAlways()),
        get("max_prepared_statements", Integer.class, base.preparedStatements()),
        get("unnamed_statement_reuse", Boolean.class, base.reuseUnnamed()),
        time("client_idle_limit", base.clientIdle()),
        time("idle_in_transaction_timeout", base.idleInTransaction()));
  }

  /// As written, which may be more than the size; 0 when it is not set.
  int minimum() {
    return get("min_pool_size", Integer.class, 0);
  }

  private Duration time(String name, Duration otherwise) {
    return get(name, Duration.class, otherwise);
  }

  private <T> T get(String name, Class<T> type, T otherwise) {
    Object value = values.get(name);
    return value == null ? otherwise : type.cast(value);
  }

  /// A list with a type of its own, so that it can be told at run time.
  private record Queries(List<String> texts) {}
}

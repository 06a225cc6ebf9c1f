package org.relevo.proxy.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Directives of pgpool-II 2.x and 3.x whose meaning lives on under other names: the modes, which
/// were booleans, the socket directory, and the lists of functions and patterns. Each is taken over
/// with one warning.
///
/// Owner: the thread that reads the configuration.
final class OldDirectives {
  static final String MODE = "backend_clustering_mode";
  private static final String REPLICATION = "replication_mode";
  private static final String MASTER_SLAVE = "master_slave_mode";
  private static final String SUB_MODE = "master_slave_sub_mode";
  private static final String PARALLEL = "parallel_mode";
  private static final String SOCKET_DIR = "socket_dir";

  /// Those that only changed their names.
  private static final Map<String, String> RENAMED =
      Map.of(
          "delegate_ip",
          "service_addresses",
          SOCKET_DIR,
          "unix_socket_directories",
          "logdir",
          "work_dir",
          "white_function_list",
          "read_only_function_list",
          "black_function_list",
          "write_function_list",
          "black_query_pattern_list",
          "primary_routing_query_pattern_list");

  private final Map<String, ConfigLine> seen = new java.util.LinkedHashMap<>();
  private final Map<String, ConfigLine> assigned;
  private final List<ConfigProblem> problems;
  private final List<ConfigWarning> warnings;

  /// @param assigned gets what the old directives stand for
  OldDirectives(
      Map<String, ConfigLine> assigned,
      List<ConfigProblem> problems,
      List<ConfigWarning> warnings) {
    this.assigned = assigned;
    this.problems = problems;
    this.warnings = warnings;
  }

  /// @return whether it is one of them
  boolean take(ConfigLine line) {
    boolean old =
        switch (line.key()) {
          case REPLICATION, MASTER_SLAVE, SUB_MODE, PARALLEL -> true;
          default -> RENAMED.containsKey(line.key());
        };
    if (old) {
      seen.put(line.key(), line);
    }
    return old;
  }

  /// After the last line of all files, since a later line counts more than an earlier one.
  void finish() {
    if (on(PARALLEL)) {
      problem(
          PARALLEL,
          "parallel queries over partitioned data ended with pgpool-II 3.5 and are not served:"
              + " put all data on each server, then remove it");
    } else if (seen.containsKey(PARALLEL)) {
      warn(PARALLEL, "ended with pgpool-II 3.5 and is off here; remove it");
    }
    for (String name : List.copyOf(seen.keySet())) {
      String now = RENAMED.get(name);
      if (now != null) {
        renamed(name, now);
      }
    }
    modes();
  }

  private void renamed(String before, String now) {
    ConfigLine line = seen.get(before);
    if (line == null) {
      return;
    }
    if (assigned.containsKey(now)) {
      warn(before, "replaced by " + now + ", which is set too and counts; remove it");
      return;
    }
    assigned.put(now, new ConfigLine(line.file(), line.line(), PoolScope.ALL, now, line.value()));
    warn(before, "taken as its new name " + now + "; write that instead");
  }

  private void modes() {
    boolean replication = on(REPLICATION);
    boolean masterSlave = on(MASTER_SLAVE);
    if (replication && masterSlave) {
      problem(MASTER_SLAVE, "excludes replication_mode; switch one of them off");
    }
    Optional<ConfigLine> source =
        replication
            ? line(REPLICATION)
            : masterSlave ? line(MASTER_SLAVE) : line(REPLICATION).or(() -> line(MASTER_SLAVE));
    String advice = "; write " + MODE + " instead";
    String taken = "replaced by " + MODE + ", which is set too and counts; remove it";
    if (source.isPresent() && !assigned.containsKey(MODE)) {
      ClusteringMode mode = mode(replication, masterSlave);
      ConfigLine from = source.get();
      assigned.put(
          MODE, new ConfigLine(from.file(), from.line(), PoolScope.ALL, MODE, mode.directive()));
      taken = "taken as " + MODE + " = '" + mode.directive() + "'" + advice;
    } else if (source.isEmpty()) {
      taken = "has no effect without " + MASTER_SLAVE + advice;
    }
    for (String key : List.of(REPLICATION, MASTER_SLAVE, SUB_MODE)) {
      if (seen.containsKey(key)) {
        warn(key, taken);
      }
    }
  }

  private ClusteringMode mode(boolean replication, boolean masterSlave) {
    if (replication) {
      return ClusteringMode.NATIVE_REPLICATION;
    }
    if (!masterSlave) {
      return ClusteringMode.RAW;
    }
    String sub = line(SUB_MODE).map(ConfigLine::value).orElse("stream").toLowerCase(Locale.ROOT);
    return switch (sub) {
      case "stream" -> ClusteringMode.STREAMING_REPLICATION;
      case "logical" -> ClusteringMode.LOGICAL_REPLICATION;
      case "slony" -> ClusteringMode.SLONY;
      default -> {
        problem(SUB_MODE, "'" + sub + "' is not known; use one of [stream, logical, slony]");
        yield ClusteringMode.STREAMING_REPLICATION;
      }
    };
  }

  private Optional<ConfigLine> line(String key) {
    return Optional.ofNullable(seen.get(key));
  }

  private boolean on(String key) {
    ConfigLine line = seen.get(key);
    if (line == null) {
      return false;
    }
    try {
      return SettingValues.parseBoolean(line.value().strip());
    } catch (IllegalArgumentException e) {
      problem(key, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void problem(String key, String message) {
    @Nullable ConfigLine line = seen.get(key);
    problems.add(new ConfigProblem(line == null ? "" : line.place(), key, message));
  }

  private void warn(String key, String message) {
    line(key).ifPresent(line -> warnings.add(new ConfigWarning(line.place(), key, message)));
  }
}

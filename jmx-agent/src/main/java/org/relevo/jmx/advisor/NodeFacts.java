package org.relevo.jmx.advisor;

import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.sessions.ObjectStatistics;

/// What the rules look at, of one server at one moment.
///
/// @param system the cluster's identifier: servers that share it hold the same data
/// @param settings by name, in the base units of `pg_settings`
/// @param statisticsMs since when statistics count
/// @param memoryBytes of the machine when the server is on ours, else -1
/// @param freeBytes of the file system of its data, -1 when not known
/// @param fileSystemBytes size of that file system
record NodeFacts(
    int nodeId,
    int major,
    String system,
    boolean standby,
    Map<String, String> settings,
    long statisticsMs,
    long memoryBytes,
    long freeBytes,
    long fileSystemBytes,
    List<DatabaseAge> ages,
    List<SessionInfo> sessions,
    List<Slot> slots,
    List<Prepared> prepared,
    Archiver archiver,
    Checkpoints checkpoints,
    List<DatabaseObjects> databases,
    List<Stray> strays) {
  NodeFacts {
    settings = Map.copyOf(settings);
    ages = List.copyOf(ages);
    sessions = List.copyOf(sessions);
    slots = List.copyOf(slots);
    prepared = List.copyOf(prepared);
    databases = List.copyOf(databases);
    strays = List.copyOf(strays);
  }

  record DatabaseAge(String name, long transactions, long multixacts) {}

  /// @param retainedBytes of the log kept for it
  /// @param walStatus `reserved`, `extended`, `unreserved`, `lost` or ""
  record Slot(String name, boolean active, long retainedBytes, String walStatus) {}

  record Prepared(String id, String database, long ageMs) {}

  /// @param failedLast whether the last attempt failed
  record Archiver(boolean failedLast, long failures, String lastFile) {}

  record Checkpoints(long timed, long requested) {}

  /// A sequence or identity that comes to its end.
  ///
  /// @param used part of its numbers
  record Sequence(String name, double used) {}

  record DatabaseObjects(
      String database,
      List<ObjectStatistics.Table> tables,
      List<IndexInfo> indexes,
      List<Sequence> sequences) {
    DatabaseObjects {
      tables = List.copyOf(tables);
      indexes = List.copyOf(indexes);
      sequences = List.copyOf(sequences);
    }
  }

  /// A process of PostgreSQL whose postmaster is gone.
  record Stray(int pid, String role) {}

  /// A setting as a number; -1 when the server has no such setting.
  double number(String name) {
    String value = settings.get(name);
    return value == null || !value.matches("-?[\\d.]+") ? -1 : Double.parseDouble(value);
  }

  boolean is(String name, String value) {
    return value.equals(settings.get(name));
  }
}

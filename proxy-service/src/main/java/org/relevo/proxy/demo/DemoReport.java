package org.relevo.proxy.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a demonstration measured, as `--report` writes it.
///
/// @param held whether everything that was promised came true
/// @param problems what did not, one sentence each
record DemoReport(
    String mode,
    int nodes,
    String postgresVersion,
    double seconds,
    long transactions,
    long errors,
    double tps,
    double latencyP50Ms,
    double latencyP99Ms,
    double longestGapMs,
    List<Switchover> switchovers,
    List<TableRows> consistency,
    boolean held,
    List<String> problems) {

  DemoReport {
    switchovers = List.copyOf(switchovers);
    consistency = List.copyOf(consistency);
    problems = List.copyOf(problems);
  }

  /// One role change.
  ///
  /// @param pauseMs longest time without a committed transaction around it, as the clients saw it
  /// @param clientErrors transactions that failed around it
  record Switchover(
      int fromNode,
      int toNode,
      long pauseMs,
      long clientErrors,
      int movedSessions,
      int endedSessions,
      String state) {}

  /// Rows of one table on every node at one common position.
  ///
  /// @param counts in the order of node ids; -1 where it could not be counted
  record TableRows(String check, String table, List<Long> counts, boolean equal, String lsn) {
    TableRows {
      counts = List.copyOf(counts);
    }
  }

  static List<TableRows> rows(String check, ConsistencyReport report) {
    return report.tables().stream()
        .map(table -> new TableRows(check, name(table), counts(table), table.equal(), report.lsn()))
        .toList();
  }

  private static String name(TableCounts table) {
    return table.schema().equals("public") ? table.table() : table.schema() + "." + table.table();
  }

  private static List<Long> counts(TableCounts table) {
    return table.counts().stream().map(NodeCount::rows).toList();
  }

  static DemoReport of(
      DemoOptions options,
      String version,
      double seconds,
      BenchmarkStatus load,
      List<Switchover> switchovers,
      List<TableRows> consistency,
      List<String> problems) {
    return new DemoReport(
        "streaming",
        options.nodes(),
        version,
        seconds,
        load.transactions(),
        load.errors(),
        load.tps(),
        load.latencyP50Ms(),
        load.latencyP99Ms(),
        load.longestGapMs(),
        switchovers,
        consistency,
        problems.isEmpty(),
        problems);
  }

  void write(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path partial = Files.createTempFile(target.getParent(), ".report-", ".json");
    try {
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build()
          .writeValue(partial.toFile(), this);
      Files.setPosixFilePermissions(
          partial, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }
}

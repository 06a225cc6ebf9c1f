package org.relevo.proxy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Reads and writes of single rows, for targets with a primary and a standby: `mixed`, where each
/// client reads nine times for each write, and `apart`, where two of eight clients write and the
/// others read. The plain target does the same work with one server, so the ratio of both is what
/// balancing costs. Where a target counts the reads of its nodes the standby's share is told.
final class MixRows {
  private static final int CLIENTS = 8;
  private static final String ROW = "\\set aid random(1, 2000000)\n";
  private static final String READ = "SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n";
  private static final String WRITE =
      "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;\n";

  private MixRows() {}

  /// @param folder for the scripts
  static List<Row> all(Pgbench pgbench, Path folder) {
    String reads = script(folder, "read.sql", ROW + READ);
    String writes = script(folder, "write.sql", ROW + WRITE);
    String either =
        script(
            folder,
            "apart.sql",
            ROW + "\\if :client_id < 2\n" + WRITE + "\\else\n" + READ + "\\endif\n");
    List<Row> rows = new ArrayList<>();
    for (String mode : List.of("simple", "extended", "prepared")) {
      rows.add(
          counted(
              pgbench.row(
                  "mixed-%s-%d".formatted(mode, CLIENTS),
                  CLIENTS,
                  false,
                  "-M",
                  mode,
                  "-f",
                  reads + "@9",
                  "-f",
                  writes + "@1")));
      rows.add(
          counted(
              pgbench.row(
                  "apart-%s-%d".formatted(mode, CLIENTS),
                  CLIENTS,
                  false,
                  "-M",
                  mode,
                  "-f",
                  either)));
    }
    rows.addAll(StormRows.all(pgbench, "-f", reads + "@9", "-f", writes + "@1"));
    return rows;
  }

  private static String script(Path folder, String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row counted(Row row) {
    return new Row(
        row.name(),
        row.unit(),
        row.work(),
        (target, setup) -> {
          List<Long> before = reads(target, setup);
          Sample sample = row.run().against(target, setup);
          List<Long> after = reads(target, setup);
          if (before.size() != 2 || after.size() != 2) {
            return sample;
          }
          double primary = after.get(0) - before.get(0);
          double standby = after.get(1) - before.get(1);
          return sample.with("standbyShare", standby / (primary + standby));
        });
  }

  /// Reads that each node was given; empty where the target does not count.
  private static List<Long> reads(Target target, Row.Setup setup) {
    String url =
        "jdbc:postgresql://%s:%d/%s?preferQueryMode=simple"
            .formatted(target.host(), target.port(), setup.database());
    List<Long> counts = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, setup.user(), "");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW POOL_BACKEND_STATS")) {
      while (rows.next()) {
        counts.add(rows.getLong("select_cnt"));
      }
    } catch (SQLException _) {
      counts.clear(); // it is no pooler with nodes
    }
    return counts;
  }
}

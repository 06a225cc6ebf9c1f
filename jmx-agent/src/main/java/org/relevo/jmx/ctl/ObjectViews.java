package org.relevo.jmx.ctl;

import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.TableInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tables` and `indexes`.
final class ObjectViews {
  private ObjectViews() {}

  @Command(name = "tables", description = "Statistics of tables, largest first.")
  static final class Tables extends MonitorCommand {
    @Option(
        names = {"-d", "--database"},
        paramLabel = "NAME",
        description = "Instead of the one the service connects to.")
    String database = "";

    @Override
    void show(JmxConnection service, Output output) {
      List<TableInfo> all = service.sessions(node).tables(database, rows);
      if (output.json()) {
        output.json(all);
        return;
      }
      output.table(
          List.of(
              "TABLE",
              "SIZE",
              "INDEXES",
              "LIVE",
              "DEAD",
              "VACUUM_AT",
              "AGE",
              "SEQ",
              "SEQ_ROWS",
              "IDX",
              "IDX_ROWS",
              "INS",
              "UPD",
              "HOT%",
              "DEL",
              "HIT%",
              "VACUUMED",
              "ANALYZED"),
          all.stream().map(Tables::row).toList());
    }

    private static List<String> row(TableInfo each) {
      return List.of(
          each.schema() + "." + each.name(),
          Figures.bytes(each.sizeBytes()),
          Figures.bytes(each.indexBytes()),
          Long.toString(each.liveRows()),
          Long.toString(each.deadRows()),
          Long.toString(each.vacuumThreshold()),
          Long.toString(each.frozenAge()),
          Long.toString(each.sequentialScansTotal()),
          Long.toString(each.sequentialRowsTotal()),
          Long.toString(each.indexScansTotal()),
          Long.toString(each.indexRowsTotal()),
          Long.toString(each.insertedTotal()),
          Long.toString(each.updatedTotal()),
          part(each.hotUpdatedTotal(), each.updatedTotal()),
          Long.toString(each.deletedTotal()),
          part(each.blocksHitTotal(), each.blocksHitTotal() + each.blocksReadTotal()),
          Output.time(each.lastVacuumAtEpochMs()),
          Output.time(each.lastAnalyzeAtEpochMs()));
    }
  }

  @Command(name = "indexes", description = "Statistics of indexes, largest first.")
  static final class Indexes extends MonitorCommand {
    @Option(
        names = {"-d", "--database"},
        paramLabel = "NAME",
        description = "Instead of the one the service connects to.")
    String database = "";

    @Option(names = "--unused", description = "Only those that were never scanned.")
    boolean unused;

    @Override
    void show(JmxConnection service, Output output) {
      List<IndexInfo> all =
          service.sessions(node).indexes(database, rows).stream()
              .filter(each -> !unused || each.scansTotal() == 0)
              .toList();
      if (output.json()) {
        output.json(all);
        return;
      }
      output.table(
          List.of("INDEX", "TABLE", "SIZE", "SCANS", "ROWS", "HIT%", "NEEDED", "SAME_AS", "AS"),
          all.stream()
              .map(each ->
                  List.of(
                      each.name(),
                      each.schema() + "." + each.table(),
                      Figures.bytes(each.sizeBytes()),
                      Long.toString(each.scansTotal()),
                      Long.toString(each.rowsReadTotal()),
                      part(each.blocksHitTotal(), each.blocksHitTotal() + each.blocksReadTotal()),
                      each.valid() ? each.unique() ? "yes" : "-" : "invalid",
                      each.duplicateOf().isEmpty() ? "-" : each.duplicateOf(),
                      Figures.text(each.definition().replaceFirst(".* USING ", ""), 50)))
              .toList());
    }
  }

  private static String part(long part, long whole) {
    return whole <= 0 ? "-" : Figures.percent((double) part / whole);
  }
}

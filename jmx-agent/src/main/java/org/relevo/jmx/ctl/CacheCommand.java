package org.relevo.jmx.ctl;

import java.util.List;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.CacheStatus;
import org.relevo.jmx.contract.RelationCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `cache [NODE]`: what of a database is in memory.
@Command(
    name = "cache",
    description = "Shared buffers and page cache by relation, those with most in memory first.")
final class CacheCommand extends MonitorCommand {
  @Option(
      names = {"-d", "--database"},
      paramLabel = "NAME",
      description = "Instead of the one the service connects to.")
  String database = "";

  @Option(
      names = "--install",
      description = "First create the extension pg_buffercache in that database; needs --yes.")
  boolean install;

  @Option(names = "--yes", description = "Create it without asking.")
  boolean yes;

  @Override
  void checkArguments() {
    super.checkArguments();
    if (install && !yes) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, "--install changes the database: give --yes too");
    }
  }

  @Override
  void show(JmxConnection service, Output output) {
    if (install) {
      service.cache(node).install(database);
      install = false;
    }
    CacheStatus status = service.cache(node).status(database);
    List<RelationCache> relations = service.cache(node).relations(database, rows);
    if (output.json()) {
      output.json(Map.of("status", status, "relations", relations));
      return;
    }
    output.fields(
        List.of(
            List.of("database", status.database() + ", " + Figures.bytes(status.databaseBytes())),
            List.of(
                "shared buffers",
                "%s, used %s, dirty %s"
                    .formatted(
                        Figures.bytes(status.sharedBuffersBytes()),
                        Figures.bytes(status.usedBytes()),
                        Figures.bytes(status.dirtyBytes()))),
            List.of("page cache", Figures.bytes(status.pageCacheBytes()))));
    output.line("");
    output.table(
        List.of("RELATION", "KIND", "SIZE", "BUFFERS", "%", "DIRTY", "USAGE", "PAGE_CACHE", "%"),
        relations.stream().map(CacheCommand::row).toList());
    status.missing().forEach(each -> output.line("missing: " + each));
    if (!status.extension() && status.installable()) {
      output.line("relevo ctl cache --install --yes creates the extension");
    }
  }

  private static List<String> row(RelationCache each) {
    return List.of(
        each.schema() + "." + each.name(),
        each.kind(),
        Figures.bytes(each.sizeBytes()),
        Figures.bytes(each.bufferBytes()),
        part(each.bufferBytes(), each.sizeBytes()),
        Figures.bytes(each.dirtyBytes()),
        each.usage() < 0 ? "-" : "%.1f".formatted(each.usage()),
        Figures.bytes(each.pageCacheBytes()),
        part(each.pageCacheBytes(), each.sizeBytes()));
  }

  private static String part(long part, long whole) {
    return part < 0 || whole <= 0 ? "-" : Figures.percent((double) part / whole);
  }
}

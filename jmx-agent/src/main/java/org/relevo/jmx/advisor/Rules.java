package org.relevo.jmx.advisor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.AdviceSeverity;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.contract.TableInfo;
import org.relevo.jmx.sessions.ObjectStatistics;

/// The rules about data, sessions and slots. Pure: facts in, advice out.
final class Rules {
  static final List<String> NAMES =
      List.of(
          "autovacuum_off",
          "autovacuum_behind",
          "wraparound",
          "idle_in_transaction",
          "long_transaction",
          "stray_process",
          "prepared_transaction",
          "unused_index",
          "duplicate_index",
          "invalid_index",
          "sequence_end",
          "slot_fills_disk",
          "slot_lost",
          "archiver_fails",
          "disk_full",
          "connections",
          "configuration");

  private static final long MINUTE_MS = 60_000;
  private static final long HOUR_MS = 60 * MINUTE_MS;
  private static final long DAY_MS = 24 * HOUR_MS;
  private static final long GB = 1L << 30;
  private static final long LEAST_INDEX_BYTES = 1L << 20;
  private static final long LEAST_DEAD_ROWS = 1000;
  private static final long TRANSACTION_LIMIT = 2_000_000_000;

  private final NodeFacts node;
  private final List<Advice> found = new ArrayList<>();

  private Rules(NodeFacts node) {
    this.node = node;
  }

  /// Of all servers, most urgent first.
  static List<Advice> apply(List<NodeFacts> nodes) {
    List<Advice> all = new ArrayList<>();
    for (NodeFacts node : nodes) {
      Rules rules = new Rules(node);
      rules.vacuum();
      rules.ages();
      rules.sessions();
      rules.slots();
      rules.storage();
      rules.objects(nodes);
      all.addAll(rules.found);
      all.addAll(SettingRules.apply(node));
    }
    all.sort(
        Comparator.comparing(Advice::severity)
            .reversed()
            .thenComparing(Advice::rule)
            .thenComparingInt(Advice::nodeId)
            .thenComparing(Advice::subject));
    return List.copyOf(all);
  }

  private void vacuum() {
    if (node.is("autovacuum", "off") || node.is("track_counts", "off")) {
      add(
          "autovacuum_off",
          AdviceSeverity.CRITICAL,
          "",
          "autovacuum",
          "Dead rows are never removed, tables grow and transaction numbers run out.",
          "autovacuum = %s, track_counts = %s"
              .formatted(node.settings().get("autovacuum"), node.settings().get("track_counts")),
          "ALTER SYSTEM SET autovacuum = on; ALTER SYSTEM SET track_counts = on; SELECT"
              + " pg_reload_conf()");
    }
    if (node.standby()) {
      return;
    }
    for (NodeFacts.DatabaseObjects each : node.databases()) {
      each.tables().forEach(table -> behind(each.database(), table));
    }
  }

  private void behind(String database, ObjectStatistics.Table table) {
    TableInfo info = table.info();
    String name = info.schema() + "." + info.name();
    long limit = Math.max(LEAST_DEAD_ROWS, info.vacuumThreshold() * 2);
    if (info.deadRows() <= limit && (table.autovacuum() || info.liveRows() < LEAST_DEAD_ROWS)) {
      return;
    }
    add(
        "autovacuum_behind",
        info.deadRows() > limit * 5 ? AdviceSeverity.CRITICAL : AdviceSeverity.WARNING,
        database,
        name,
        table.autovacuum()
            ? "Dead rows fill the table and its indexes; reads get slower. Autovacuum does not"
                + " keep up, or an old snapshot holds it back."
            : "Autovacuum is switched off for this table; dead rows stay.",
        "%d dead of %d live rows, autovacuum comes at %d; vacuumed last %s"
            .formatted(
                info.deadRows(),
                info.liveRows(),
                info.vacuumThreshold(),
                info.lastVacuumAtEpochMs() < 0
                    ? "never"
                    : java.time.Instant.ofEpochMilli(info.lastVacuumAtEpochMs()).toString()),
        "VACUUM (ANALYZE) "
            + quoted(info.schema(), info.name())
            + "; "
            + (table.autovacuum()
                ? "then autovacuum_vacuum_cost_limit higher or more autovacuum_max_workers"
                : "ALTER TABLE "
                    + quoted(info.schema(), info.name())
                    + " RESET (autovacuum_enabled)"));
  }

  private void ages() {
    for (NodeFacts.DatabaseAge each : node.ages()) {
      long freeze = (long) Math.max(1, node.number("autovacuum_freeze_max_age"));
      long multi = (long) Math.max(1, node.number("autovacuum_multixact_freeze_max_age"));
      boolean late = each.transactions() > freeze * 1.2 || each.multixacts() > multi * 1.2;
      boolean urgent = Math.max(each.transactions(), each.multixacts()) > TRANSACTION_LIMIT * 3 / 4;
      if (late || urgent) {
        add(
            "wraparound",
            urgent ? AdviceSeverity.CRITICAL : AdviceSeverity.WARNING,
            each.name(),
            each.name(),
            "At about 2,100 million the server takes no more writes, to keep old rows visible.",
            "%,d transactions and %,d multixacts since the oldest frozen row; vacuum is forced at"
                    .formatted(each.transactions(), each.multixacts())
                + " %,d".formatted(freeze),
            "end old transactions, prepared transactions and unused slots, then vacuumdb --freeze "
                + each.name());
      }
    }
    for (NodeFacts.Prepared each : node.prepared()) {
      if (each.ageMs() > 10 * MINUTE_MS) {
        add(
            "prepared_transaction",
            each.ageMs() > DAY_MS ? AdviceSeverity.CRITICAL : AdviceSeverity.WARNING,
            each.database(),
            each.id(),
            "A prepared transaction holds its locks and holds back vacuum until it is ended.",
            "prepared " + duration(each.ageMs()) + " ago",
            "COMMIT PREPARED or ROLLBACK PREPARED '" + each.id().replace("'", "''") + "'");
      }
    }
  }

  private void sessions() {
    for (SessionInfo each : node.sessions()) {
      boolean idle = each.state().startsWith("idle in transaction");
      if (idle && each.stateMs() > MINUTE_MS) {
        add(
            "idle_in_transaction",
            each.stateMs() > HOUR_MS ? AdviceSeverity.CRITICAL : AdviceSeverity.WARNING,
            each.database(),
            who(each),
            "It does nothing and holds its locks and a snapshot that vacuum has to respect.",
            "idle in transaction for %s, transaction began %s ago; last statement: %s"
                .formatted(
                    duration(each.stateMs()),
                    duration(each.transactionMs()),
                    shortened(each.query())),
            "pg_terminate_backend(%d); set idle_in_transaction_session_timeout"
                .formatted(each.pid()));
      } else if (each.type().equals("client backend") && each.transactionMs() > HOUR_MS) {
        add(
            "long_transaction",
            AdviceSeverity.WARNING,
            each.database(),
            who(each),
            "Rows that were removed since it began cannot be cleaned up.",
            "transaction of %s, state %s: %s"
                .formatted(duration(each.transactionMs()), each.state(), shortened(each.query())),
            "let it end, or pg_cancel_backend(%d)".formatted(each.pid()));
      }
    }
    for (NodeFacts.Stray each : node.strays()) {
      add(
          "stray_process",
          AdviceSeverity.CRITICAL,
          "",
          "process " + each.pid(),
          "A process of PostgreSQL without its postmaster still writes to shared memory and files;"
              + " a new server on the same data may be damaged.",
          each.role() + " whose parent is no postmaster",
          "kill -QUIT " + each.pid() + " before the server is started again");
    }
    double most = node.number("max_connections");
    long clients =
        node.sessions().stream().filter(each -> each.type().equals("client backend")).count();
    if (most > 0 && clients > most * 0.85) {
      add(
          "connections",
          clients >= most - node.number("superuser_reserved_connections")
              ? AdviceSeverity.CRITICAL
              : AdviceSeverity.WARNING,
          "",
          "max_connections",
          "New sessions are refused when all are in use.",
          "%d of %.0f in use".formatted(clients, most),
          "a smaller pool: pool_mode = transaction, max_pool or default_pool_size");
    }
  }

  private void slots() {
    double keep = node.number("max_slot_wal_keep_size");
    for (NodeFacts.Slot each : node.slots()) {
      if (each.walStatus().equals("lost") || each.walStatus().equals("unreserved")) {
        add(
            "slot_lost",
            AdviceSeverity.CRITICAL,
            "",
            each.name(),
            "The log that the slot's reader needs is gone or about to go: the reader has to be"
                + " made anew.",
            "wal_status " + each.walStatus(),
            "recover the standby, or SELECT pg_drop_replication_slot('" + each.name() + "')");
      } else if (each.retainedBytes() > GB || (!each.active() && fills(each.retainedBytes()))) {
        add(
            "slot_fills_disk",
            fills(each.retainedBytes()) || (keep < 0 && each.retainedBytes() > 20 * GB)
                ? AdviceSeverity.CRITICAL
                : AdviceSeverity.WARNING,
            "",
            each.name(),
            "The server keeps its log for this slot until the disk is full, and stops then.",
            "%s kept, %s, max_slot_wal_keep_size = %s, %s free"
                .formatted(
                    bytes(each.retainedBytes()),
                    each.active() ? "active" : "inactive",
                    node.settings().get("max_slot_wal_keep_size"),
                    node.freeBytes() < 0 ? "not known how much" : bytes(node.freeBytes())),
            (each.active() ? "" : "SELECT pg_drop_replication_slot('" + each.name() + "'); ")
                + "set max_slot_wal_keep_size");
      }
    }
  }

  private boolean fills(long retained) {
    return node.freeBytes() >= 0 && retained > node.freeBytes() / 2;
  }

  private void storage() {
    if (node.archiver().failedLast()) {
      add(
          "archiver_fails",
          AdviceSeverity.CRITICAL,
          "",
          "archive_command",
          "Files of the log pile up until the disk is full, and the archive has a gap.",
          "%d failures, last %s".formatted(node.archiver().failures(), node.archiver().lastFile()),
          "look for archive_command in the server's log");
    }
    if (node.fileSystemBytes() > 0 && node.freeBytes() < node.fileSystemBytes() / 10) {
      add(
          "disk_full",
          node.freeBytes() < node.fileSystemBytes() / 33
              ? AdviceSeverity.CRITICAL
              : AdviceSeverity.WARNING,
          "",
          "data_directory",
          "A server that cannot write its log stops.",
          "%s free of %s".formatted(bytes(node.freeBytes()), bytes(node.fileSystemBytes())),
          "more room, or less: old logs, slots, unused indexes");
    }
  }

  private void objects(List<NodeFacts> all) {
    for (NodeFacts.DatabaseObjects each : node.databases()) {
      for (IndexInfo index : each.indexes()) {
        index(each.database(), index, all);
      }
      for (NodeFacts.Sequence sequence : each.sequences()) {
        add(
            "sequence_end",
            sequence.used() > 0.95 ? AdviceSeverity.CRITICAL : AdviceSeverity.WARNING,
            each.database(),
            sequence.name(),
            "Inserts fail when the last number is used.",
            "%.1f %% of its numbers are used".formatted(sequence.used() * 100),
            "make the column and the sequence bigint");
      }
    }
  }

  /// Indexes are the primary's: a standby only tells whether it used them.
  private void index(String database, IndexInfo index, List<NodeFacts> all) {
    if (node.standby()) {
      return;
    }
    String name = quoted(index.schema(), index.name());
    String on = index.schema() + "." + index.table();
    if (!index.valid()) {
      add(
          "invalid_index",
          AdviceSeverity.WARNING,
          database,
          index.schema() + "." + index.name(),
          "It is kept up to date at each write and never read: its making failed.",
          "not valid, " + bytes(index.sizeBytes()),
          "REINDEX INDEX CONCURRENTLY " + name + ", or DROP INDEX CONCURRENTLY " + name);
    } else if (!index.duplicateOf().isEmpty() && !index.unique()) {
      add(
          "duplicate_index",
          AdviceSeverity.WARNING,
          database,
          index.schema() + "." + index.name(),
          "Each write keeps both up to date; one is enough.",
          "same definition as %s on %s, %s"
              .formatted(index.duplicateOf(), on, bytes(index.sizeBytes())),
          "DROP INDEX CONCURRENTLY " + name);
    } else if (!index.unique()
        && index.sizeBytes() >= LEAST_INDEX_BYTES
        && node.statisticsMs() > DAY_MS
        && scans(database, index, all) == 0) {
      add(
          "unused_index",
          AdviceSeverity.HINT,
          database,
          index.schema() + "." + index.name(),
          "Each write keeps it up to date, and no statement reads it on any server.",
          "no scan in %s, %s on %s"
              .formatted(duration(node.statisticsMs()), bytes(index.sizeBytes()), on),
          "DROP INDEX CONCURRENTLY " + name + ", unless a rare job needs it");
    }
  }

  private long scans(String database, IndexInfo index, List<NodeFacts> all) {
    return all.stream()
        .filter(each -> each.system().equals(node.system()))
        .flatMap(each -> each.databases().stream())
        .filter(each -> each.database().equals(database))
        .flatMap(each -> each.indexes().stream())
        .filter(each -> each.schema().equals(index.schema()) && each.name().equals(index.name()))
        .mapToLong(IndexInfo::scansTotal)
        .sum();
  }

  private void add(
      String rule,
      AdviceSeverity severity,
      String database,
      String subject,
      String reason,
      String evidence,
      String fix) {
    found.add(new Advice(rule, severity, node.nodeId(), database, subject, reason, evidence, fix));
  }

  private static String who(SessionInfo each) {
    return "process %d of %s".formatted(each.pid(), each.user());
  }

  private static String shortened(String query) {
    String line = query.replaceAll("\\s+", " ").strip();
    return line.length() <= 100 ? line : line.substring(0, 99) + "…";
  }

  private static String quoted(String schema, String name) {
    return '"' + schema.replace("\"", "\"\"") + "\".\"" + name.replace("\"", "\"\"") + '"';
  }

  static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  static String bytes(double bytes) {
    return bytes >= GB
        ? String.format(Locale.ROOT, "%.1f GB", bytes / GB)
        : String.format(Locale.ROOT, "%.1f MB", bytes / (1 << 20));
  }

  private static String duration(long ms) {
    if (ms >= 2 * DAY_MS) {
      return ms / DAY_MS + " days";
    }
    return ms >= 2 * HOUR_MS
        ? ms / HOUR_MS + " h"
        : ms >= 2 * MINUTE_MS ? ms / MINUTE_MS + " min" : ms / 1000 + " s";
  }
}

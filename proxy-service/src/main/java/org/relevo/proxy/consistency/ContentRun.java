package org.relevo.proxy.consistency;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.ContentReport;
import org.relevo.jmx.contract.ContentTable;
import org.relevo.jmx.contract.RowDifference;

/// Where a comparison is and what it has found.
///
/// Owner: itself; the comparison's thread writes, any thread reads.
final class ContentRun {
  private static final int MAX_FOUND = 1000;

  private final long id;
  private final String database;
  private final List<String> wanted;
  private final int pacePercent;
  private final long startedAtEpochMs = System.currentTimeMillis();
  private final List<ContentTable> tables = new ArrayList<>();
  private final List<Found> found = new ArrayList<>();
  // The walking thread's alone; kept here so that a walk that goes on has them.
  private final List<ContentTableShape.Range> suspects = new ArrayList<>();
  private volatile CountDownLatch stopping = new CountDownLatch(1);
  private ConsistencyState state = ConsistencyState.RUNNING;
  private String problem = "";
  private long finishedAtEpochMs;
  private int tablesTotal;
  private String table = "";
  private List<String> position = List.of();
  private long tableRows;
  private long rows;
  private long ranges;
  private long rechecked;
  private long heldMs;
  private long differences;

  /// A difference and the table's shape, for its repair.
  record Found(ContentTableShape.Range range, RowDifference difference) {}

  /// @param wanted `schema.name`; empty for all tables
  ContentRun(long id, String database, List<String> wanted, int pacePercent) {
    this.id = id;
    this.database = database;
    this.wanted = List.copyOf(wanted);
    this.pacePercent = pacePercent;
  }

  /// Ranges that have to be looked at again, for the walking thread.
  List<ContentTableShape.Range> suspects() {
    return suspects;
  }

  String database() {
    return database;
  }

  boolean wants(String label) {
    return wanted.isEmpty() || wanted.contains(label);
  }

  List<String> wanted() {
    return wanted;
  }

  synchronized ContentReport report() {
    return new ContentReport(
        id,
        state,
        database,
        pacePercent,
        startedAtEpochMs,
        finishedAtEpochMs,
        tables.size(),
        tablesTotal,
        state == ConsistencyState.RUNNING ? table : "",
        rows,
        ranges,
        rechecked,
        heldMs,
        differences,
        tables,
        problem);
  }

  synchronized List<Found> found() {
    return List.copyOf(found);
  }

  synchronized void total(int count) {
    tablesTotal = count;
  }

  synchronized boolean done(String label) {
    return tables.stream().anyMatch(each -> (each.schema() + "." + each.table()).equals(label));
  }

  /// @return behind which key it goes on; empty for the beginning
  synchronized List<String> begin(ContentTableShape shape) {
    if (!table.equals(shape.label())) {
      table = shape.label();
      position = List.of();
      tableRows = 0;
    }
    return position;
  }

  synchronized void compared(long more, List<String> upTo) {
    ranges++;
    rows += more;
    tableRows += more;
    position = upTo;
  }

  synchronized void rechecked(int count, long held) {
    rechecked += count;
    heldMs = Math.max(heldMs, held);
  }

  synchronized void add(ContentTableShape.Range range, List<RowDifference> rowsThatDiffer) {
    differences += rowsThatDiffer.size();
    rowsThatDiffer.stream()
        .limit(MAX_FOUND - found.size())
        .forEach(each -> found.add(new Found(range, each)));
  }

  synchronized void end(ContentTableShape shape, long unequal, String why) {
    long before =
        found.stream().filter(each -> each.range().table().label().equals(shape.label())).count();
    tables.add(
        new ContentTable(shape.schema(), shape.name(), tableRows, Math.max(before, unequal), why));
    differences += Math.max(0, unequal - before);
    table = "";
  }

  synchronized void finish(String why) {
    problem = why;
    state =
        !why.isEmpty()
            ? ConsistencyState.FAILED
            : differences > 0 ? ConsistencyState.DIFFERENT : ConsistencyState.EQUAL;
    finishedAtEpochMs = System.currentTimeMillis();
  }

  synchronized void again() {
    stopping = new CountDownLatch(1);
    state = ConsistencyState.RUNNING;
    problem = "";
    finishedAtEpochMs = 0;
  }

  void stop() {
    stopping.countDown();
  }

  /// Rests so long that reading takes the wanted part of the time.
  ///
  /// @throws CheckFailure when it is to stop
  void rest(long busyNanos) throws CheckFailure, InterruptedException {
    long rest = busyNanos * (100 - pacePercent) / pacePercent;
    if (stopping.await(rest, TimeUnit.NANOSECONDS)) {
      throw new CheckFailure("stopped; it can go on");
    }
  }
}

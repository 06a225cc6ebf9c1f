package org.relevo.jmx.processes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.relevo.jmx.contract.PostgresProcess;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.SessionOrder;

/// Shows the table, with the wait events that servers of this machine tell.
///
/// Owner: none; what it keeps is fixed after the start.
public final class Processes implements ProcessesMXBean {
  private final ProcessTable table;
  private final List<Supplier<Map<Integer, String>>> waits = new CopyOnWriteArrayList<>();

  public Processes(ProcessTable table) {
    this.table = table;
  }

  /// @param events of a server of this machine by process; empty when it does not answer
  public void join(Supplier<Map<Integer, String>> events) {
    waits.add(events);
  }

  @Override
  public List<String> getMissing() {
    if (!table.works()) {
      return List.of("this system does not show its processes in /proc");
    }
    List<String> missing = new ArrayList<>();
    Map<Integer, ProcessTable.Usage> all = table.usage();
    if (all.isEmpty()) {
      missing.add("no process of PostgreSQL runs on this machine");
    }
    if (all.values().stream().anyMatch(each -> each.readBytes() < 0)) {
      missing.add(
          "bytes read and written, and shares of memory, are shown to the servers' account");
    }
    return missing;
  }

  @Override
  public List<PostgresProcess> processes(SessionOrder order, int maxRows) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows must be 1 to " + MAX_ROWS + ": " + maxRows);
    }
    Comparator<ProcessTable.Usage> by =
        switch (order) {
          case CPU -> Comparator.comparingDouble(ProcessTable.Usage::cpuLoad);
          case IO ->
              Comparator.comparingDouble(
                  each -> each.readBytesPerSecond() + each.writtenBytesPerSecond());
          case MEMORY -> Comparator.comparingLong(ProcessTable.Usage::rssBytes);
          case QUERY, TRANSACTION ->
              throw new IllegalArgumentException("processes are sorted by CPU, IO or MEMORY");
        };
    Map<Integer, String> events = new HashMap<>();
    waits.forEach(each -> events.putAll(each.get()));
    return table.usage().values().stream()
        .sorted(
            by.reversed()
                .thenComparing(ProcessTable.Usage::cpuMs, Comparator.reverseOrder())
                .thenComparingInt(ProcessTable.Usage::pid))
        .limit(maxRows)
        .map(each -> shown(each, events.getOrDefault(each.pid(), "")))
        .toList();
  }

  private PostgresProcess shown(ProcessTable.Usage each, String waitEvent) {
    ProcessTitle title = each.title();
    return new PostgresProcess(
        each.pid(),
        each.cluster(),
        title.role(),
        title.database(),
        title.user(),
        title.client(),
        title.activity(),
        each.state(),
        each.cpuLoad(),
        each.cpuMs(),
        each.rssBytes(),
        table.pss(each.pid()),
        each.readBytesPerSecond(),
        each.writtenBytesPerSecond(),
        each.readBytes(),
        each.writtenBytes(),
        waitEvent);
  }
}

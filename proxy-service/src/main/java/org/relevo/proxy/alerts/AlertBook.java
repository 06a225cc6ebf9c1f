package org.relevo.proxy.alerts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.LogLevel;

/// Which alerts there are. Time arrives with the findings.
///
/// ```text
/// good ──bad──► pending ──held long enough──► active ──repeat──► active
///   ▲              │ good                       │ good, under the lower limit
///   └──────────────┴─────────── cleared ◄───────┘
/// ```
///
/// Owner: guarded by this.
final class AlertBook {
  private static final int HISTORY = 200;

  /// What targets are told.
  enum Change {
    RAISED,
    REPEATED,
    CLEARED
  }

  record Telling(Change change, AlertInfo alert) {}

  private static final class Entry {
    final Finding finding;
    final long sinceEpochMs;
    boolean active;
    long toldAtEpochMs = -1;
    String acknowledgedBy = "";
    String text;
    long id;

    Entry(Finding finding, long sinceEpochMs) {
      this.finding = finding;
      this.sinceEpochMs = sinceEpochMs;
      this.text = finding.text();
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final ArrayDeque<AlertInfo> history = new ArrayDeque<>();
  private long lastId;

  /// Takes all findings of one moment; a subject that is not found any more is good.
  ///
  /// @param silent maintenance: nobody is told, and what is new is told when it ends
  synchronized List<Telling> take(
      List<Finding> findings, long nowEpochMs, long repeatMs, boolean silent) {
    List<Telling> tellings = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Finding finding : findings) {
      seen.add(finding.key());
      Entry entry = entries.get(finding.key());
      if (finding.bad() && entry == null) {
        entry = new Entry(finding, nowEpochMs);
        entries.put(finding.key(), entry);
      }
      if (entry == null) {
        continue;
      }
      boolean stays = finding.bad() || (entry.active && finding.between());
      if (!stays) {
        clear(entry, nowEpochMs, tellings);
        continue;
      }
      entry.text = finding.bad() ? finding.text() : entry.text;
      tell(entry, nowEpochMs, repeatMs, silent, tellings);
    }
    for (Entry entry : List.copyOf(entries.values())) {
      if (!seen.contains(entry.finding.key())) {
        clear(entry, nowEpochMs, tellings);
      }
    }
    return tellings;
  }

  private void tell(
      Entry entry, long nowEpochMs, long repeatMs, boolean silent, List<Telling> tellings) {
    if (!entry.active && nowEpochMs - entry.sinceEpochMs >= entry.finding.holdMs()) {
      entry.active = true;
      lastId++;
      entry.id = lastId;
    }
    if (!entry.active || silent) {
      return;
    }
    if (entry.toldAtEpochMs < 0) {
      entry.toldAtEpochMs = nowEpochMs;
      AlertInfo raised = info(entry, -1);
      keep(raised);
      tellings.add(new Telling(Change.RAISED, raised));
    } else if (repeatMs > 0
        && entry.acknowledgedBy.isEmpty()
        && nowEpochMs - entry.toldAtEpochMs >= repeatMs) {
      entry.toldAtEpochMs = nowEpochMs;
      tellings.add(new Telling(Change.REPEATED, info(entry, -1)));
    }
  }

  private void clear(Entry entry, long nowEpochMs, List<Telling> tellings) {
    entries.remove(entry.finding.key());
    if (entry.toldAtEpochMs >= 0) {
      AlertInfo cleared = info(entry, nowEpochMs);
      keep(cleared);
      tellings.add(new Telling(Change.CLEARED, cleared));
    }
  }

  private void keep(AlertInfo alert) {
    if (history.size() == HISTORY) {
      history.removeLast();
    }
    history.addFirst(alert);
  }

  private static AlertInfo info(Entry entry, long clearedAtEpochMs) {
    return new AlertInfo(
        entry.id,
        entry.finding.rule(),
        entry.finding.subject(),
        entry.finding.severity(),
        entry.sinceEpochMs,
        clearedAtEpochMs,
        entry.acknowledgedBy,
        entry.text);
  }

  synchronized List<AlertInfo> active() {
    return entries.values().stream()
        .filter(entry -> entry.active)
        .map(entry -> info(entry, -1))
        .toList();
  }

  synchronized List<AlertInfo> history() {
    return List.copyOf(history);
  }

  /// @throws IllegalArgumentException when there is no such alert now
  synchronized AlertInfo acknowledge(long id, String who) {
    for (Entry entry : entries.values()) {
      if (entry.active && entry.id == id) {
        entry.acknowledgedBy = who;
        return info(entry, -1);
      }
    }
    throw new IllegalArgumentException("there is no active alert " + id);
  }

  /// An alert that tries the targets.
  static AlertInfo trial(long nowEpochMs, String who) {
    return new AlertInfo(
        0, "test", "", LogLevel.INFO, nowEpochMs, -1, "", "a test, asked for by " + who);
  }
}

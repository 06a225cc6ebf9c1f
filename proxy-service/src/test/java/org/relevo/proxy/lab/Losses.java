package org.relevo.proxy.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.jmx.contract.ControlEntry;

/// Whether what was lost in asynchronous mode is within what was told. At each failover the members
/// tell how many bytes they know to be lost; what they cannot know is what the old primary wrote
/// after it was last heard, which is for at most a lease. A row that was acknowledged earlier must
/// lie within the bytes that were told, and these within the configured bound.
final class Losses {
  /// What an INSERT returns for a [Mark].
  static final String RETURNING =
      " RETURNING pg_walfile_name(pg_current_wal_insert_lsn()) || ' '"
          + " || pg_current_wal_insert_lsn()";

  private static final int TIMELINE_DIGITS = 8;
  private static final Pattern TOLD =
      Pattern.compile(
          "is the primary from (\\S+): .*?(?:at most (\\d+) known bytes lost"
              + "|(?:loss allowed by hand: (\\d+))|has all that|R \\d|tries again|no primary)");
  private static final Pattern SWITCH = Pattern.compile("(?m)^\\s*(\\d+)\\s+(\\S+)\\s");

  private final long boundBytes;
  private final long unheardNs;

  /// @param boundBytes as configured
  /// @param unheardMs how long a primary may write without being heard
  Losses(long boundBytes, long unheardMs) {
    this.boundBytes = boundBytes;
    this.unheardNs = TimeUnit.MILLISECONDS.toNanos(unheardMs);
  }

  /// Where a row was written.
  ///
  /// @param at position before its commit
  /// @param ackNs when the client had the answer
  record Mark(long timeline, long at, long ackNs) {
    /// @param place what [#RETURNING] gave
    static Mark of(String place, long ackNs) {
      int space = place.indexOf(' ');
      return new Mark(
          Long.parseLong(place.substring(0, TIMELINE_DIGITS), 16),
          Positions.bytes(place.substring(space + 1)),
          ackNs);
    }
  }

  /// What was told of a promotion.
  ///
  /// @param from position of the new primary
  /// @param lost bytes that are known to be lost; 0 when nothing may be
  /// @param unheard whether the old primary may have written more than was heard of it
  private record Promotion(long from, long lost, boolean unheard) {}

  /// What was lost, and what of it should not have been.
  ///
  /// @param text a line for each timeline, for people
  record Result(List<String> text, List<String> wrong) {
    Result {
      text = List.copyOf(text);
      wrong = List.copyOf(wrong);
    }
  }

  /// @param lost acknowledged rows that are not there
  /// @param marks of all acknowledged rows
  /// @param history the timeline history file of the last primary
  /// @param told the members' words of all promotions
  Result check(
      List<Long> lost, Map<Long, Mark> marks, String history, Iterable<ControlEntry> told) {
    Map<Long, Long> ends = ends(history);
    List<Promotion> promotions = promotions(told);
    Map<Long, Long> lastAck = new HashMap<>();
    marks.values().forEach(mark -> lastAck.merge(mark.timeline(), mark.ackNs(), Math::max));
    Map<Long, List<Mark>> byTimeline = new TreeMap<>();
    lost.forEach(row -> {
      Mark mark = marks.get(row);
      byTimeline.computeIfAbsent(mark.timeline(), _ -> new ArrayList<>()).add(mark);
    });
    List<String> text = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    byTimeline.forEach((timeline, rows) -> {
      Long end = ends.get(timeline);
      Promotion next = end == null ? null : after(promotions, end);
      if (end == null || next == null) {
        wrong.add("timeline %d: %d rows lost, nothing told".formatted(timeline, rows.size()));
        return;
      }
      long behind = rows.stream().mapToLong(Mark::at).max().orElseThrow() - end;
      long first = rows.stream().mapToLong(Mark::ackNs).min().orElseThrow();
      long last = lastAck.getOrDefault(timeline, first);
      text.add(
          "timeline %d: %d rows lost, of the last %d ms, up to %d bytes; told: %d bytes"
              .formatted(timeline, rows.size(), (last - first) / 1_000_000, behind, next.lost()));
      long unexplained =
          rows.stream()
              .filter(mark -> mark.at() > end + next.lost())
              .filter(mark -> !next.unheard() || mark.ackNs() < last - unheardNs)
              .count();
      if (unexplained > 0) {
        wrong.add(
            "timeline %d: %d rows lost beyond what was told".formatted(timeline, unexplained));
      }
    });
    promotions.stream()
        .filter(each -> each.unheard() && each.lost() > boundBytes)
        .forEach(each -> wrong.add("promoted although %d bytes are lost".formatted(each.lost())));
    return new Result(text, wrong);
  }

  /// Where each timeline ended.
  private static Map<Long, Long> ends(String history) {
    Map<Long, Long> ends = new HashMap<>();
    Matcher line = SWITCH.matcher(history);
    while (line.find()) {
      ends.put(Long.parseLong(line.group(1)), Positions.bytes(line.group(2)));
    }
    return ends;
  }

  private static List<Promotion> promotions(Iterable<ControlEntry> told) {
    List<Promotion> all = new ArrayList<>();
    for (ControlEntry entry : told) {
      Matcher words = TOLD.matcher(entry.text());
      if (words.find()) {
        String known = words.group(2);
        String allowed = words.group(3);
        long bytes = known != null ? Long.parseLong(known) : 0;
        bytes = allowed != null ? Long.parseLong(allowed) : bytes;
        all.add(new Promotion(Positions.bytes(words.group(1)), bytes, known != null));
      }
    }
    return all;
  }

  /// The promotion that ended a timeline: its new primary had that much, and perhaps part of a
  /// record more.
  private static Promotion after(List<Promotion> promotions, long end) {
    return promotions.stream()
        .filter(each -> each.from() >= end)
        .min(Comparator.comparingLong(Promotion::from))
        .orElse(null);
  }
}

package org.relevo.proxy.lab;

import java.util.List;
import java.util.Map;

/// What became of what clients were told.
///
/// @param acknowledged rows that clients were told to be written
/// @param unknown rows whose outcome they were told to be unknown, or whose connection broke
/// @param absent rows that they were told not to be written
/// @param lost acknowledged rows that are not there
/// @param duplicated rows that are there more than once
/// @param wrong rows that are there although they were told not to be
/// @param told how often each SQLSTATE was told
public record Verdict(
    int acknowledged,
    int unknown,
    int absent,
    List<Long> lost,
    List<Long> duplicated,
    List<Long> wrong,
    Map<String, Integer> told) {
  private static final int SHOWN = 10;

  public Verdict {
    lost = List.copyOf(lost);
    duplicated = List.copyOf(duplicated);
    wrong = List.copyOf(wrong);
    told = Map.copyOf(told);
  }

  boolean good() {
    return lost.isEmpty() && duplicated.isEmpty() && wrong.isEmpty();
  }

  @Override
  public String toString() {
    return ("acknowledged %d, unknown %d, told not written %d;"
            + " lost %d %s, duplicated %d %s, wrong outcome %d %s; errors by SQLSTATE %s")
        .formatted(
            acknowledged,
            unknown,
            absent,
            lost.size(),
            some(lost),
            duplicated.size(),
            some(duplicated),
            wrong.size(),
            some(wrong),
            new java.util.TreeMap<>(told));
  }

  private static List<Long> some(List<Long> rows) {
    return rows.stream().limit(SHOWN).toList();
  }
}

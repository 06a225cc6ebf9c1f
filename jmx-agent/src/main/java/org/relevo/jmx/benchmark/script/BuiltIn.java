package org.relevo.jmx.benchmark.script;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// pgbench's own scripts.
public enum BuiltIn {
  TPCB_LIKE(
      "tpcb-like",
      """
      \\set aid random(1, 100000 * :scale)
      \\set bid random(1, 1 * :scale)
      \\set tid random(1, 10 * :scale)
      \\set delta random(-5000, 5000)
      BEGIN;
      UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
      SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
      UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
      UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
      INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) \
      VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
      END;
      """),
  SIMPLE_UPDATE(
      "simple-update",
      """
      \\set aid random(1, 100000 * :scale)
      \\set bid random(1, 1 * :scale)
      \\set tid random(1, 10 * :scale)
      \\set delta random(-5000, 5000)
      BEGIN;
      UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
      SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
      INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) \
      VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
      END;
      """),
  SELECT_ONLY(
      "select-only",
      """
      \\set aid random(1, 100000 * :scale)
      SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
      """);

  private final String words;
  private final String text;

  BuiltIn(String words, String text) {
    this.words = words;
    this.text = text;
  }

  public String words() {
    return words;
  }

  public String text() {
    return text;
  }

  public static Optional<BuiltIn> find(String name) {
    return Arrays.stream(values()).filter(each -> each.words.equals(name)).findFirst();
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(BuiltIn::words).collect(Collectors.toList());
  }
}

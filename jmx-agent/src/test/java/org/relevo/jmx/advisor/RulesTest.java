package org.relevo.jmx.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.AdviceSeverity;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.SessionInfo;

/// Rules whose cause takes hours to make on a server.
class RulesTest {
  private static final long HOUR = 3_600_000;
  private static final long GB = 1L << 30;

  private final Map<String, String> settings =
      new HashMap<>(
          Map.of(
              "max_connections", "100",
              "superuser_reserved_connections", "3",
              "autovacuum_freeze_max_age", "200000000",
              "autovacuum_multixact_freeze_max_age", "400000000",
              "max_slot_wal_keep_size", "-1",
              "shared_buffers", "131072",
              "effective_cache_size", "524288"));
  private final List<NodeFacts.DatabaseAge> ages = new ArrayList<>();
  private final List<SessionInfo> sessions = new ArrayList<>();
  private final List<NodeFacts.Slot> slots = new ArrayList<>();
  private final List<NodeFacts.Prepared> prepared = new ArrayList<>();
  private final List<NodeFacts.Stray> strays = new ArrayList<>();
  private long freeBytes = 50 * GB;
  private long statisticsMs = 10 * 24 * HOUR;

  @Test
  void aHealthyServerGetsNone() {
    assertThat(Rules.apply(List.of(node(0, false)))).isEmpty();
  }

  @Test
  void wraparound() {
    ages.add(new NodeFacts.DatabaseAge("quiet", 190_000_000, 0));
    assertThat(rules()).isEmpty();
    ages.add(new NodeFacts.DatabaseAge("late", 300_000_000, 0));
    assertThat(rules()).containsExactly("WARNING wraparound late");
    ages.add(new NodeFacts.DatabaseAge("last", 0, 1_700_000_000));
    assertThat(rules()).startsWith("CRITICAL wraparound last");
  }

  @Test
  void idleInTransaction() {
    sessions.add(session(7, "idle in transaction", 30_000));
    assertThat(rules()).isEmpty();
    sessions.add(session(8, "idle in transaction", 90_000));
    sessions.add(session(9, "idle in transaction (aborted)", 2 * HOUR));
    sessions.add(session(10, "active", 2 * HOUR));
    assertThat(rules())
        .containsExactly(
            "CRITICAL idle_in_transaction process 9 of app",
            "WARNING idle_in_transaction process 8 of app",
            "WARNING long_transaction process 10 of app");
  }

  @Test
  void connections() {
    for (int i = 0; i < 90; i++) {
      sessions.add(session(i + 1, "idle", 0));
    }
    assertThat(rules()).containsExactly("WARNING connections max_connections");
    for (int i = 90; i < 98; i++) {
      sessions.add(session(i + 1, "idle", 0));
    }
    assertThat(rules()).containsExactly("CRITICAL connections max_connections");
  }

  @Test
  void slots() {
    slots.add(new NodeFacts.Slot("used", true, 10 << 20, "reserved"));
    assertThat(rules()).isEmpty();
    slots.add(new NodeFacts.Slot("behind", false, 2 * GB, "extended"));
    slots.add(new NodeFacts.Slot("gone", false, 0, "lost"));
    assertThat(rules())
        .containsExactly("CRITICAL slot_lost gone", "WARNING slot_fills_disk behind");
    freeBytes = 3 * GB;
    assertThat(rules()).contains("CRITICAL slot_fills_disk behind");
  }

  @Test
  void anIndexIsUnusedOnlyWhenNoServerUsesIt() {
    assertThat(rules(node(0, false, index("idle", 0)), node(1, true, index("idle", 5)))).isEmpty();
    assertThat(rules(node(0, false, index("idle", 0)), node(1, true, index("idle", 0))))
        .containsExactly("HINT unused_index public.idle");
    statisticsMs = HOUR;
    assertThat(rules(node(0, false, index("idle", 0)))).isEmpty();
  }

  @Test
  void strayAndPrepared() {
    strays.add(new NodeFacts.Stray(99, "client backend"));
    prepared.add(new NodeFacts.Prepared("it's", "db", 2 * HOUR));
    List<Advice> all = Rules.apply(List.of(node(0, false)));
    assertThat(all.stream().map(Advice::rule))
        .containsExactly("stray_process", "prepared_transaction");
    assertThat(all.getLast().fix()).contains("'it''s'");
  }

  @Test
  void settingsAreJudgedByTheMachine() {
    settings.put("shared_buffers", "1024");
    settings.put("work_mem", "1048576");
    settings.put("full_page_writes", "off");
    assertThat(rules())
        .containsExactly(
            "CRITICAL configuration full_page_writes",
            "WARNING configuration work_mem",
            "HINT configuration shared_buffers");
  }

  @Test
  void everyRuleHasItsName() {
    assertThat(Rules.NAMES).doesNotHaveDuplicates().contains("disk_full", "configuration");
    freeBytes = GB;
    assertThat(Rules.apply(List.of(node(0, false))))
        .singleElement()
        .matches(
            each -> each.rule().equals("disk_full") && each.severity() == AdviceSeverity.CRITICAL);
  }

  private List<String> rules(NodeFacts... nodes) {
    List<NodeFacts> all = nodes.length == 0 ? List.of(node(0, false)) : List.of(nodes);
    return Rules.apply(all).stream()
        .map(each -> each.severity() + " " + each.rule() + " " + each.subject())
        .toList();
  }

  private NodeFacts node(int id, boolean standby, IndexInfo... indexes) {
    return new NodeFacts(
        id,
        18,
        "same",
        standby,
        settings,
        statisticsMs,
        8 * GB,
        freeBytes,
        100 * GB,
        ages,
        sessions,
        slots,
        prepared,
        new NodeFacts.Archiver(false, 0, ""),
        new NodeFacts.Checkpoints(100, 10),
        List.of(new NodeFacts.DatabaseObjects("db", List.of(), List.of(indexes), List.of())),
        strays);
  }

  private static IndexInfo index(String name, long scans) {
    return new IndexInfo(
        "public", "t", name, 5 << 20, scans, 0, 0, 0, 0, false, true, "", "CREATE INDEX");
  }

  private static SessionInfo session(int pid, String state, long ms) {
    return new SessionInfo(
        pid,
        "client backend",
        "db",
        "app",
        "",
        "",
        -1,
        state,
        "",
        0,
        ms,
        ms,
        ms,
        "SELECT 1",
        List.of(),
        -1,
        -1,
        -1,
        -1,
        -1);
  }
}

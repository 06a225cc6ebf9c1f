package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/// A standby is away while the primary writes far more than it keeps by itself.
class SlotsIT extends LabCase {
  private static final int SEGMENTS = 6;
  private static final long BOUND_MB = 256;

  @Override
  LabPlan plan() {
    return LabPlan.of(3, false)
        .withPostgres("wal_keep_size", "0")
        .withPostgres("max_wal_size", "'64MB'")
        .withPostgres("max_slot_wal_keep_size", "'%dMB'".formatted(BOUND_MB));
  }

  @Test
  @Order(1)
  void afterAFailoverItFindsAllThatItMissed() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().nodesBut(old).getFirst();
    LabMember away = lab().nodesBut(old).getLast();
    LabControl.awaitProvable(old);
    lab().execute(old, "CREATE TABLE missed (n int)");
    away.killAll();
    segments(old);
    old.command("CHECKPOINT");
    next.command("CHECKPOINT");
    for (LabMember keeper : java.util.List.of(old, next)) {
      assertThat(keeper.ask(slot(away))).as("kept at %s", keeper).matches("reserved|extended");
    }
    // As long as commits may have been told on its word alone, nobody can be promoted without it.
    LabControl.await(
        old,
        "without the one that is away",
        status -> status.settled() && !status.waitForNodes().contains(away.node));
    old.killPostmaster();
    lab().awaitServed();
    assertThat(lab().primary()).isSameAs(next);
    segments(next);
    next.command("CHECKPOINT");
    int before = away.logged().length();
    away.launch();
    away.awaitService();
    lab().awaitCalm();
    assertThat(away.logged().substring(before)).doesNotContain("agent.cloning", "agent.rewound");
    assertThat(away.ask("SELECT count(*) FROM missed")).isEqualTo(String.valueOf(2 * SEGMENTS));
  }

  @Test
  @Order(2)
  void whatIsKeptForOneThatStaysAwayIsBoundedAndItIsCloned() throws Exception {
    LabMember primary = lab().primary();
    LabMember away = lab().nodesBut(primary).getLast();
    LabControl.awaitProvable(primary);
    away.killAll();
    primary.command("ALTER SYSTEM SET max_slot_wal_keep_size = '32MB'");
    primary.ask("SELECT pg_reload_conf()");
    segments(primary);
    Patience.until(
        "no more is kept for it",
        () -> {
          primary.command("CHECKPOINT");
          return !primary.ask(slot(away)).matches("reserved|extended");
        });
    long bytes = Long.parseLong(primary.ask("SELECT sum(size) FROM pg_ls_waldir()"));
    assertThat(bytes).isLessThan(BOUND_MB << 20);
    int before = away.logged().length();
    away.launch();
    away.awaitService();
    lab().awaitCalm();
    assertThat(away.logged().substring(before)).contains("agent.cloning");
    assertThat(away.ask("SELECT count(*) FROM missed")).isEqualTo(String.valueOf(3 * SEGMENTS));
  }

  private void segments(LabMember primary) throws Exception {
    for (int i = 0; i < SEGMENTS; i++) {
      lab().execute(primary, "INSERT INTO missed VALUES (%d)".formatted(i));
      primary.ask("SELECT pg_switch_wal()");
    }
  }

  private static String slot(LabMember of) {
    return "SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'relevo_node%d'"
        .formatted(of.node);
  }
}

package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlEntry;
import org.relevo.jmx.contract.ControlStatus;

/// Commits wait for nobody, and the only standby is further behind than may be lost.
class LaggingCandidateIT extends LabCase {
  private static final long BOUND = 1 << 20;
  private static final long LITTLE = 50_000;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true)
        .with("synchronous_mode", "async")
        .with("maximum_lag_on_failover", String.valueOf(BOUND));
  }

  @Test
  @Order(1)
  void itIsNotPromotedUntilAPersonAllowsTheLoss() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    lab().execute(old, "CREATE TABLE lagging (text text)");
    try (HeldBack _ = new HeldBack(old, next)) {
      write(old);
      LabControl.await(
          next, "known how far it is behind", status -> behind(status, old, next) > 2 * BOUND);
      long behind = behind(LabControl.status(next), old, next);
      var mark = lab().mark();
      old.killAll();
      lab().awaitDecision(mark, "F-133");
      ControlStatus told = LabControl.status(next);
      assertThat(told.operationKind()).isEqualTo("failover");
      assertThat(told.phase()).isEqualTo("collect");
      assertThat(next.isPrimary()).isFalse();
      assertThatThrownBy(
              () -> LabControl.at(next, control -> control.failover(-1, -1, false, "lab")))
          .isInstanceOf(IllegalStateException.class);
      LabControl.at(next, control -> control.failover(-1, behind / 2, false, "too little"));
      String allowed = "a loss of %d bytes".formatted(behind / 2);
      Patience.until(
          "told what was allowed",
          () ->
              LabControl.history(next).stream().anyMatch(entry -> entry.text().contains(allowed)));
      assertThat(next.isPrimary()).isFalse();
      LabControl.at(next, control -> control.failover(-1, 2 * behind, false, "lost"));
      lab().awaitServed();
      assertThat(lab().primary()).isSameAs(next);
      assertThat(LabControl.history(next))
          .anyMatch(entry ->
              entry.row().equals("F-130") && told(entry, "loss allowed by hand: (\\d+)", behind));
      assertThat(next.ask("SELECT count(*) FROM lagging")).isEqualTo("0");
    }
    old.launch();
    old.awaitService();
    lab().awaitCalm();
  }

  @Test
  @Order(2)
  void withinTheBoundItIsPromotedAndItIsToldHowMuchIsLost() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    try (HeldBack _ = new HeldBack(old, next)) {
      old.ask("SELECT pg_logical_emit_message(false, 'lab', repeat('x', 100000))::text");
      LabControl.await(
          next, "known how far it is behind", status -> behind(status, old, next) > 100_000);
      long behind = behind(LabControl.status(next), old, next);
      assertThat(behind).isLessThan(BOUND);
      old.killAll();
      lab().awaitServed();
      assertThat(lab().primary()).isSameAs(next);
      assertThat(LabControl.history(next))
          .anyMatch(entry ->
              entry.row().equals("F-130")
                  && told(entry, "at most (\\d+) known bytes lost", behind));
    }
    old.launch();
    old.awaitService();
    lab().awaitCalm();
  }

  /// Whether it names at least this many bytes, and little more: a server writes by itself too.
  private static boolean told(ControlEntry entry, String form, long bytes) {
    Matcher number = Pattern.compile(form).matcher(entry.text());
    return number.find() && Math.abs(Long.parseLong(number.group(1)) - bytes) < LITTLE;
  }

  private void write(LabMember through) throws Exception {
    lab()
        .execute(
            through,
            "INSERT INTO lagging SELECT repeat(md5(n::text), 30) FROM generate_series(1, 5000) n");
  }

  /// By what the members know of both.
  private static long behind(ControlStatus status, LabMember primary, LabMember standby) {
    return Positions.bytes(LabControl.node(status, primary).received())
        - Positions.bytes(LabControl.node(status, standby).received());
  }
}

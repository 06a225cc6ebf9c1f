package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlStatus;

/// Of three servers the primary is lost for good, and the only one that has everything dies in the
/// middle of its promotion.
class CandidateDiesIT extends LabCase {
  @Override
  LabPlan plan() {
    return LabPlan.of(3, false);
  }

  @Test
  void nobodyElseIsPromotedAndAllGoesOnWhenItIsBack() throws Exception {
    LabMember old = lab().primary();
    LabMember furthest = lab().nodesBut(old).getFirst();
    LabMember behind = lab().nodesBut(old).getLast();
    LabControl.await(
        old,
        "commits wait for one of two",
        status -> status.settled() && status.waitForNodes().size() == 2);
    Path settings = old.data().resolve("postgresql.conf");
    String good = Files.readString(settings);
    try (CheckerClient checker = new CheckerClient(lab(), List.of(old, behind), 4, 5, 17)) {
      try (HeldBack _ = new HeldBack(old, behind)) {
        long before = checker.acknowledged();
        Patience.until("only one gets more", () -> checker.acknowledged() > before + 50);
        // A promotion that does not end.
        furthest.freeze("startup");
        Files.writeString(settings, good + "\nno_such_setting = 1\n");
        old.killPostmaster();
        ControlStatus status =
            LabControl.await(old, "a promotion", now -> now.phase().equals("promote"));
        assertThat(status.primaryNodeId()).isEqualTo(furthest.node);
        var mark = lab().mark();
        furthest.killAll();
        lab().awaitDecision(mark, "F-152");
        assertThat(behind.isPrimary()).isFalse();
        assertThat(LabControl.status(old).primaryNodeId()).isEqualTo(furthest.node);
      }
      furthest.launch();
      furthest.awaitService();
      lab().awaitServed();
      assertThat(lab().primary()).isSameAs(furthest);
      Files.writeString(settings, good);
      old.startServer();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }
}

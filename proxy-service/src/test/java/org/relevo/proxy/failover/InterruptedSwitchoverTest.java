package org.relevo.proxy.failover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.failover.InterruptedSwitchover.Decision;
import org.relevo.proxy.failover.InterruptedSwitchover.Facts;
import org.relevo.proxy.failover.InterruptedSwitchover.OldPrimary;
import org.relevo.proxy.failover.InterruptedSwitchover.Remedy;
import org.relevo.proxy.failover.InterruptedSwitchover.Target;

class InterruptedSwitchoverTest {
  @ParameterizedTest
  @CsvSource({
    "DRAIN,            RUNNING,   IN_RECOVERY, NOTHING",
    "STOP_OLD_PRIMARY, RUNNING,   IN_RECOVERY, NOTHING",
    "STOP_OLD_PRIMARY, SHUT_DOWN, IN_RECOVERY, START_OLD_PRIMARY",
    "VERIFY_LSN,       SHUT_DOWN, IN_RECOVERY, START_OLD_PRIMARY",
    "VERIFY_LSN,       SHUT_DOWN, SILENT,      ASK_PERSON",
    "VERIFY_LSN,       SHUT_DOWN, WRITABLE,    ASK_PERSON",
    "STOP_OLD_PRIMARY, UNCLEAR,   IN_RECOVERY, ASK_PERSON",
    "PROMOTE,          SHUT_DOWN, IN_RECOVERY, ASK_PERSON",
    "PROMOTE,          SHUT_DOWN, WRITABLE,    REJOIN_OLD_AS_STANDBY",
    "RELEASE,          SHUT_DOWN, WRITABLE,    REJOIN_OLD_AS_STANDBY",
    "REJOIN,           UNCLEAR,   WRITABLE,    ASK_PERSON",
    "VERIFY_STANDBY,   RUNNING,   WRITABLE,    NOTHING",
  })
  void whatIsSafeIsDone(SwitchoverStep step, OldPrimary old, Target target, Remedy remedy) {
    assertThat(InterruptedSwitchover.decide(new Facts(step, old, target)).remedy())
        .isEqualTo(remedy);
  }

  /// The one thing that must never happen: the old primary started writable beside a new one.
  @Test
  void theOldPrimaryStartsOnlyBesideAProvenStandbyThatWasNeverPromoted() {
    for (SwitchoverStep step : SwitchoverStep.values()) {
      for (OldPrimary old : OldPrimary.values()) {
        for (Target target : Target.values()) {
          Decision decision = InterruptedSwitchover.decide(new Facts(step, old, target));
          assertThat(decision.outcome()).isNotBlank();
          if (decision.remedy() == Remedy.START_OLD_PRIMARY) {
            assertThat(step.afterPointOfNoReturn()).isFalse();
            assertThat(target).isEqualTo(Target.IN_RECOVERY);
            assertThat(old).isEqualTo(OldPrimary.SHUT_DOWN);
          }
        }
      }
    }
  }
}

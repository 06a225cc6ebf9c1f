package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.proxy.testkit.Background;

/// While an operation is in one of its phases another part of the cluster dies. It ends, clients
/// write again, and nothing that was told is untrue.
class DoubleFaultIT extends LabCase {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(2);

  /// Phases in which something is waited for; OPEN is over at once.
  enum At {
    CHECKPOINT(true),
    HOLD(false),
    DEMOTE(true),
    COLLECT(false),
    PROMOTE(true);

    /// Whether the old primary's machine dies, else that of the new one.
    final boolean victimIsOld;

    At(boolean victimIsOld) {
      this.victimIsOld = victimIsOld;
    }
  }

  @Override
  LabPlan plan() {
    return LabPlan.of(3, false);
  }

  /// The machine of the old primary and that of the new one in turn.
  @ParameterizedTest
  @EnumSource(At.class)
  void aMachineDiesInAPhaseOfASwitchover(At phase) throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    during(old, next, phase, phase.victimIsOld ? old : next);
  }

  private void during(LabMember old, LabMember next, At phase, LabMember victim) throws Exception {
    LabMember watcher =
        lab().nodesBut(old).stream().filter(each -> each != next).findFirst().orElseThrow();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 12);
        JmxConnection console = watcher.console()) {
      CompletableFuture<String> operation = Background.run(() -> switchover(watcher, next));
      boolean seen = false;
      while (!seen && !operation.isDone()) {
        ControlStatus status = console.control().getStatus();
        seen = status.phase().equalsIgnoreCase(phase.name());
        LockSupport.parkNanos(LOOK_NS);
      }
      // A phase that was over before it could be seen is a fault just after the operation.
      victim.killAll();
      operation.get(90, TimeUnit.SECONDS);
      LabControl.await(watcher, "no operation runs", status -> status.operationId().isEmpty());
      victim.launch();
      victim.awaitService();
      lab().awaitServed();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  private static String switchover(LabMember at, LabMember to) {
    try {
      return LabControl.switchover(at, to.node).state().name();
    } catch (IOException | RuntimeException | AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }
}

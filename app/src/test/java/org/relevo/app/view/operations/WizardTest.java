package org.relevo.app.view.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.app.view.switchover.WizardStep;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.Role;

class WizardTest {
  @TempDir private Path folder;

  @Test
  void aRecoveryGoesFromTheTargetToItsReport() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().node(1, NodeStatus.DOWN, "connection refused");
      WizardViewModel wizard = begin(app, ActKind.RECOVERY, 1);
      assertThat(app.find("act-next", Button.class).isDisabled()).isTrue();
      assertThat(app.find("act-refusal", Label.class).getText()).isEqualTo("Give a reason");
      toConfirmation(app, wizard);
      assertThat(app.find("act-next", Button.class).isDisabled()).isTrue();
      AppFixture.run(() -> app.find("act-typed", TextField.class).setText("pgsql2"));
      Screenshots.take(app, "recovery-confirm");
      AppFixture.run(() -> app.find("act-next", Button.class).fire());
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.RUN);
      AppFixture.run(app.service().management()::nextRecoveryStep);
      app.advance(Duration.ofSeconds(1));
      assertThat(wizard.progressProperty().get().done()).isBetween(0.4, 0.5);
      Screenshots.take(app, "recovery-run");
      for (int i = 0; i < 3; i++) {
        AppFixture.run(app.service().management()::nextRecoveryStep);
      }
      app.advance(Duration.ofSeconds(1));
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.REPORT);
      assertThat(app.find("outcome", Label.class).getText()).isEqualTo("pgsql2 is in use again");
      assertThat(app.service().management().calls()).containsExactly("recover 1 auto");
      Screenshots.take(app, "recovery-report");
    }
  }

  @Test
  void whatTheServiceRefusesBlocksInItsOwnWords() throws Exception {
    try (AppFixture app = AppFixture.connected("es", Theme.LIGHT)) {
      app.service().node(1, NodeStatus.DOWN, "connection refused");
      app.service().management().refuse("no room for a copy beside the old data");
      WizardViewModel wizard = begin(app, ActKind.RECOVERY, 1);
      AppFixture.run(() -> {
        wizard.reasonProperty().set("disco nuevo");
        wizard.goOn();
      });
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.CHECKS);
      assertThat(wizard.planProperty().get().checks())
          .anyMatch(c -> c.evidence().equals("no room for a copy beside the old data"));
      AppFixture.run(wizard::goOn);
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.CHECKS);
      assertThat(app.service().management().calls()).isEmpty();
      Screenshots.take(app, "recovery-blocked");
    }
  }

  @Test
  void aNodeInUseCannotBeRecoveredAndTheLastOneNotDetached() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      WizardViewModel wizard = begin(app, ActKind.RECOVERY, 1);
      AppFixture.run(() -> wizard.reasonProperty().set("why not"));
      assertThat(wizard.refusalKey()).isEqualTo("operations.refusal.not-ready");
      app.service().node(1, NodeStatus.DOWN, "gone");
      AppFixture.run(() -> wizard.begin(ActKind.DETACH, 0));
      AppFixture.run(() -> {
        wizard.reasonProperty().set("why not");
        wizard.goOn();
      });
      assertThat(wizard.refusalKey()).isEqualTo("operations.refusal.blocked");
    }
  }

  @Test
  void detachingIsOnlyDoneWhenItIsSeen() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      WizardViewModel wizard = begin(app, ActKind.DETACH, 1);
      toConfirmation(app, wizard);
      AppFixture.run(() -> {
        wizard.typedNameProperty().set("pgsql2");
        wizard.goOn();
      });
      app.advance(Duration.ofSeconds(1));
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.REPORT);
      assertThat(app.find("outcome", Label.class).getText()).isEqualTo("pgsql2 is detached");
      assertThat(app.service().management().calls()).containsExactly("detach 1");
    }
  }

  @Test
  void aForcedFailoverTellsTheLossAndAsksTheServiceFirst() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().management().controls();
      WizardViewModel wizard = begin(app, ActKind.FAILOVER, 1);
      AppFixture.run(() -> {
        wizard.optionProperty().set("16 MB");
        wizard.reasonProperty().set("machine burnt");
        wizard.goOn();
      });
      assertThat(app.service().management().calls()).containsExactly("try failover 1 16777216");
      assertThat(wizard.planProperty().get().lossBytes()).isGreaterThanOrEqualTo(0);
      AppFixture.run(() -> {
        wizard.planProperty().get().checks().forEach(check -> wizard.agree(check, true));
        wizard.goOn();
        wizard.goOn();
      });
      assertThat(wizard.refusalKey()).isEqualTo("switchover.refusal.name");
      assertThat(app.find("act-consequence", Label.class).getText())
          .isEqualTo("On ventas, pgsql2 becomes primary by force.");
    }
  }

  @Test
  void withoutControlTheWizardsOfControlAreOff() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.show(ScreenId.OPERATIONS);
      assertThat(app.find("start-FAILOVER", Button.class).isDisabled()).isTrue();
      app.service().management().controls();
      app.advance(Duration.ofSeconds(2));
      assertThat(app.find("start-FAILOVER", Button.class).isDisabled()).isFalse();
    }
  }

  @Test
  void pauseAndArchivingAreSeenInTheService() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().management().controls();
      for (ActKind kind : List.of(ActKind.PAUSE, ActKind.RESUME, ActKind.ARCHIVE_ON)) {
        WizardViewModel wizard = begin(app, kind, -1);
        toConfirmation(app, wizard);
        AppFixture.run(wizard::goOn);
        app.advance(Duration.ofSeconds(1));
        assertThat(wizard.stepProperty().get()).as(kind.name()).isEqualTo(WizardStep.REPORT);
      }
      assertThat(app.service().management().calls())
          .containsExactly("maintenance true", "maintenance false");
    }
  }

  @Test
  void aRunningRecoveryIsFoundByAWindowThatDidNotStartIt() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.service().node(1, NodeStatus.DOWN, "gone");
      WizardViewModel wizard = begin(app, ActKind.RECOVERY, 1);
      toConfirmation(app, wizard);
      AppFixture.run(() -> {
        wizard.typedNameProperty().set("pgsql2");
        wizard.goOn();
      });
      app.show(ScreenId.OVERVIEW);
      // As a new window: nothing of it is remembered here.
      AppFixture.run(() -> wizard.begin(ActKind.ATTACH, -1));
      app.advance(Duration.ofSeconds(2));
      Button chip = app.find("operation", Button.class);
      assertThat(chip.isVisible()).isTrue();
      assertThat(chip.getText()).isEqualTo("Recovery of pgsql2: check");
      AppFixture.run(chip::fire);
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.RUN);
      assertThat(wizard.progressProperty().get().id()).isEqualTo("r-1");
    }
  }

  @Test
  void aMonitorMayOnlyWatch() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.service().role(Role.MONITOR);
      app.connect();
      WizardViewModel wizard = begin(app, ActKind.PAUSE, -1);
      AppFixture.run(() -> wizard.reasonProperty().set("why"));
      assertThat(wizard.refusalKey()).isEqualTo("operations.refusal.role");
    }
  }

  @Test
  void theReportGoesToAFile() throws Exception {
    Path file = folder.resolve("report.txt");
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      OperationsView view =
          AppFixture.on(
              () -> new OperationsView(app.wiring().context(), (_, _, _, _) -> Optional.of(file)));
      AppFixture.run(() -> {
        app.stage().getScene().setRoot(new javafx.scene.layout.StackPane(view.root()));
        view.shown();
        view.ask("DETACH", 1);
      });
      toConfirmation(app, view.wizard());
      AppFixture.run(() -> {
        view.wizard().typedNameProperty().set("pgsql2");
        view.wizard().goOn();
      });
      app.advance(Duration.ofSeconds(1));
      AppFixture.run(() -> app.find("act-text", Button.class).fire());
      assertThat(Files.readString(file)).contains("Detach", "pgsql2", "State: succeeded");
    }
  }

  private static WizardViewModel begin(AppFixture app, ActKind kind, int node) {
    app.show(ScreenId.OPERATIONS);
    OperationsView view =
        (OperationsView) app.wiring().context().navigator().screen(ScreenId.OPERATIONS);
    AppFixture.run(() -> view.ask(kind.name(), node));
    return view.wizard();
  }

  private static void toConfirmation(AppFixture app, WizardViewModel wizard) {
    AppFixture.run(() -> {
      wizard.reasonProperty().set("planned work, ticket 41");
      wizard.goOn();
      wizard.goOn();
      wizard.goOn();
    });
    assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.CONFIRM);
    assertThat(app.find("act-problem", Label.class).getText()).isEmpty();
  }
}

package org.relevo.app.view.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import org.junit.jupiter.api.Test;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.app.testkit.ScriptedService;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.Role;

class SwitchoverViewTest {
  @Test
  void aPersonGoesThroughAllSixStepsInBothLanguages() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        try (AppFixture app = AppFixture.connected(language, theme)) {
          app.service().failover().worstCheck(CheckResult.WARN);
          journey(app);
        }
      }
    }
  }

  /// However many checks and steps there are.
  private static void assertNextIsInTheWindow(AppFixture app) {
    AppFixture.run(() -> {
      app.stage().getScene().getRoot().applyCss();
      app.stage().getScene().getRoot().layout();
    });
    Button next = app.find("next", Button.class);
    assertThat(next.localToScene(next.getBoundsInLocal()).getMaxY())
        .isLessThan(app.stage().getScene().getHeight());
  }

  private static void journey(AppFixture app) {
    SwitchoverViewModel viewModel = ((SwitchoverView) app.show(ScreenId.SWITCHOVER)).viewModel();
    type(app, "reason", "kernel update, CHG-1184");
    Screenshots.take(app, "switchover-1-target");
    press(app);
    assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.CHECKS);
    assertThat(app.find("next", Button.class).isDisabled()).isTrue();
    AppFixture.run(() -> ((CheckBox) app.stage().getScene().getRoot().lookup(".check-box")).fire());
    assertNextIsInTheWindow(app);
    Screenshots.take(app, "switchover-2-checks");
    press(app);
    assertNextIsInTheWindow(app);
    Screenshots.take(app, "switchover-3-dry-run");
    press(app);
    type(app, "typedName", "vent");
    assertThat(app.find("next", Button.class).isDisabled()).isTrue();
    type(app, "typedName", ScriptedService.CLUSTER);
    Screenshots.take(app, "switchover-4-confirm");
    press(app);
    assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.RUN);
    app.service().failover().advanceTo("stop");
    app.advance(Duration.ofSeconds(1));
    assertThat(app.find("abort", Button.class).isDisabled()).isFalse();
    app.service().failover().advanceTo("promote");
    app.advance(Duration.ofSeconds(1));
    assertThat(app.find("abort", Button.class).isDisabled()).isTrue();
    assertThat(viewModel.log().lines()).anyMatch(l -> l.text().contains("step=hold"));
    assertThat(viewModel.log().lines()).noneMatch(l -> l.text().contains("pool.lease"));
    Screenshots.take(app, "switchover-5-run");
    app.service().failover().advanceToEnd();
    app.advance(Duration.ofSeconds(2));
    assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.REPORT);
    assertThat(app.find("outcome", Label.class).getText()).contains("pgsql2 is primary");
    Screenshots.take(app, "switchover-6-report");
  }

  @Test
  void aWindowOpenedLaterAttachesToTheRunningOperation() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.service().failover().startFromElsewhere();
      app.service().failover().advanceTo("stop");
      app.connect();
      SwitchoverViewModel viewModel = ((SwitchoverView) app.show(ScreenId.SWITCHOVER)).viewModel();
      assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.RUN);
      OperationStatus operation = viewModel.operationProperty().get();
      assertThat(operation).isNotNull();
      assertThat(operation.actor()).isEqualTo("ana");
    }
  }

  @Test
  void aFailedStepEndsInAReportThatSaysWhichNodeIsPrimary() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      SwitchoverViewModel viewModel = ((SwitchoverView) app.show(ScreenId.SWITCHOVER)).viewModel();
      app.service().failover().startFromElsewhere();
      app.advance(Duration.ofSeconds(2));
      app.service().failover().failAt("stop");
      app.service().failover().advanceToEnd();
      app.advance(Duration.ofSeconds(2));
      assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.REPORT);
      OperationStatus operation = viewModel.operationProperty().get();
      assertThat(operation.state()).isEqualTo(OperationState.FAILED);
      assertThat(app.find("outcome", Label.class).getText()).contains("pgsql1 is still primary");
      Screenshots.take(app, "switchover-failed");
    }
  }

  @Test
  void theConnectionMayBreakInTheMiddleAndTheReportStillComes() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      SwitchoverViewModel viewModel = ((SwitchoverView) app.show(ScreenId.SWITCHOVER)).viewModel();
      app.service().failover().startFromElsewhere();
      app.advance(Duration.ofSeconds(2));
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(3));
      assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.RUN);
      app.service().failover().advanceToEnd();
      app.service().healConnection();
      app.advance(Duration.ofSeconds(20));
      assertThat(viewModel.stepProperty().get()).isEqualTo(WizardStep.REPORT);
    }
  }

  @Test
  void abortBeforeThePointOfNoReturnPutsEverythingBack() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      SwitchoverViewModel viewModel = ((SwitchoverView) app.show(ScreenId.SWITCHOVER)).viewModel();
      app.service().failover().startFromElsewhere();
      app.service().failover().advanceTo("hold");
      app.advance(Duration.ofSeconds(2));
      AppFixture.run(() -> app.find("abort", Button.class).fire());
      app.service().failover().advance();
      app.advance(Duration.ofSeconds(2));
      assertThat(viewModel.operationProperty().get().state()).isEqualTo(OperationState.ABORTED);
    }
  }

  @Test
  void aMonitorSeesWhyTheButtonDoesNotWork() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.service().role(Role.MONITOR);
      app.connect();
      app.show(ScreenId.SWITCHOVER);
      assertThat(app.find("next", Button.class).isDisabled()).isTrue();
      assertThat(app.find("refusal", Label.class).getText()).contains("needs operator");
    }
  }

  @Test
  void theExportsNameEveryStep() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      SwitchoverViewModel viewModel = ((SwitchoverView) app.show(ScreenId.SWITCHOVER)).viewModel();
      app.service().failover().startFromElsewhere();
      app.advance(Duration.ofSeconds(1));
      app.service().failover().advanceToEnd();
      app.advance(Duration.ofSeconds(2));
      Report report =
          Report.of(viewModel.operationProperty().get(), app.model(), 0, 140, List.of());
      assertThat(report.text(app.texts()))
          .contains("promote", "rejoin", "Intended primary: pgsql2");
      assertThat(report.json()).contains("\"observedPrimary\" : \"pgsql2\"", "\"pauseMs\" : 874");
    }
  }

  private static void type(AppFixture app, String id, String text) {
    TextField field = app.find(id, TextField.class);
    AppFixture.run(() -> field.setText(text));
  }

  private static void press(AppFixture app) {
    Button next = app.find("next", Button.class);
    assertThat(next.isDisabled()).isFalse();
    AppFixture.run(next::fire);
  }
}

package org.relevo.app.view.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.StepState;

/// The wizards that ask for more than a node: a time, an address, a file.
class SettingsWizardTest {
  @TempDir private Path folder;

  @Test
  void aSwitchoverIsScheduledSeenInTheTopBarAndDropped() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().management().controls();
      app.advance(Duration.ofSeconds(2));
      WizardViewModel wizard = begin(app, ActKind.SCHEDULE, 1);
      AppFixture.run(() -> wizard.reasonProperty().set("kernel update"));
      assertThat(wizard.refusalKey()).isEqualTo("operations.refusal.when");
      AppFixture.run(() -> app.find("act-field-when", TextField.class).setText("23:15"));
      Screenshots.take(app, "schedule-target");
      confirm(app, wizard);
      // Not the next 23:15, should the person confirm too late.
      assertThat(wizard.planProperty().get().input().field("when")).endsWith("-04-18 23:15");
      AppFixture.run(() -> {
        wizard.typedNameProperty().set("pgsql2");
        wizard.goOn();
      });
      app.advance(Duration.ofSeconds(2));
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.REPORT);
      assertThat(app.service().management().calls().getFirst()).startsWith("schedule 1 ");
      assertThat(app.find("scheduled", Button.class).getText())
          .isEqualTo("◷ Switchover 04-18 23:15 → pgsql2");
      Screenshots.take(app, "schedule-report");
      WizardViewModel drop = begin(app, ActKind.UNSCHEDULE, -1);
      AppFixture.run(() -> drop.reasonProperty().set("not tonight"));
      confirm(app, drop);
      AppFixture.run(drop::goOn);
      app.advance(Duration.ofSeconds(2));
      assertThat(drop.stepProperty().get()).isEqualTo(WizardStep.REPORT);
      assertThat(app.find("scheduled", Button.class).isVisible()).isFalse();
    }
  }

  @Test
  void aNewNodeIsFollowedFromItsSettingsOn() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      WizardViewModel wizard = begin(app, ActKind.ADD_NODE, -1);
      AppFixture.run(() -> {
        app.find("act-field-host", TextField.class).setText("db3");
        app.find("act-field-data", TextField.class).setText("/srv/pg");
        wizard.reasonProperty().set("more reads");
      });
      confirm(app, wizard);
      assertThat(app.service().management().lastText())
          .isEqualTo(
              """
              backend_hostname2 = 'db3'
              backend_port2 = 5432
              backend_data_directory2 = '/srv/pg'
              """);
      assertThat(wizard.planProperty().get().steps().getFirst().action())
          .startsWith("cat >> /etc/relevo/relevo.conf <<'END'\n\nbackend_hostname2");
      AppFixture.run(wizard::goOn);
      app.advance(Duration.ofSeconds(1));
      assertThat(step(wizard, 0)).isEqualTo(StepState.RUNNING);
      Screenshots.take(app, "add-node-run");
      AppFixture.run(app.service().management()::settingsWritten);
      app.advance(Duration.ofSeconds(1));
      assertThat(step(wizard, 0)).isEqualTo(StepState.DONE);
      assertThat(step(wizard, 1)).isEqualTo(StepState.RUNNING);
      assertThat(app.service().management().calls()).isEmpty();
      // The scripted service knows two nodes only: it stays at the restart.
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.RUN);
    }
  }

  @Test
  void anImportedFileShowsWhatIsIgnoredAndEndsWhenItsSettingsCount() throws Exception {
    Path file = Files.writeString(folder.resolve("pgpool.conf"), "backend_hostname2 = 'db3'\n");
    try (AppFixture app = AppFixture.connected("es", Theme.DARK)) {
      WizardViewModel wizard = begin(app, ActKind.IMPORT_PGPOOL, -1);
      AppFixture.run(() -> {
        app.find("act-field-path", TextField.class).setText(file.toString());
        wizard.reasonProperty().set("adiós pgpool");
        wizard.goOn();
      });
      assertThat(wizard.planProperty().get().checks())
          .anyMatch(c -> c.result() == CheckResult.WARN && c.evidence().contains("no cache here"));
      Screenshots.take(app, "import-checks");
      confirm(app, wizard);
      AppFixture.run(wizard::goOn);
      app.advance(Duration.ofSeconds(1));
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.RUN);
      AppFixture.run(app.service().management()::settingsCount);
      app.advance(Duration.ofSeconds(1));
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.REPORT);
      assertThat(app.find("outcome", Label.class).getText()).isEqualTo("Los ajustes cuentan");
    }
  }

  @Test
  void heartbeatsFilesBecomeSettings() throws Exception {
    Files.writeString(folder.resolve("ha.cf"), "node db-a db-b\nkeepalive 2\n");
    Files.writeString(folder.resolve("haresources"), "db-a 10.0.0.9/24 pgpool\n");
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      WizardViewModel wizard = begin(app, ActKind.IMPORT_HEARTBEAT, -1);
      AppFixture.run(() -> {
        app.find("act-field-path", TextField.class).setText(folder.toString());
        wizard.reasonProperty().set("one service for both");
        wizard.goOn();
      });
      assertThat(app.service().management().lastText())
          .contains(
              "quorum = 'pair'", "service_addresses = '10.0.0.9/24'", "# pgpool: not started");
    }
  }

  @Test
  void whatTheServiceRefusesBlocksAndAFileThatIsNotThereIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("pgpool.conf"), "nonsense = 1\n");
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      WizardViewModel wizard = begin(app, ActKind.IMPORT_PGPOOL, -1);
      AppFixture.run(() -> {
        app.find("act-field-path", TextField.class).setText(folder.resolve("none").toString());
        wizard.reasonProperty().set("why");
        wizard.goOn();
      });
      assertThat(app.find("act-problem", Label.class).getText()).contains("none");
      AppFixture.run(() -> {
        app.find("act-field-path", TextField.class).setText(file.toString());
        wizard.goOn();
      });
      assertThat(wizard.refusalKey()).isEqualTo("operations.refusal.blocked");
    }
  }

  @Test
  void whatWasPlannedForOneClusterIsNotDoneToTheNext() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().management().controls();
      app.advance(Duration.ofSeconds(2));
      WizardViewModel wizard = begin(app, ActKind.PAUSE, -1);
      AppFixture.run(() -> wizard.reasonProperty().set("why"));
      confirm(app, wizard);
      app.connect();
      assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.TARGET);
      assertThat(app.service().management().calls()).isEmpty();
    }
  }

  @Test
  void settingsTakeAnAdmin() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.service().role(Role.OPERATOR);
      app.connect();
      assertThat(begin(app, ActKind.ADD_NODE, -1).refusalKey())
          .isEqualTo("operations.refusal.admin");
    }
  }

  private static StepState step(WizardViewModel wizard, int index) {
    return AppFixture.on(() -> {
      OperationStep step = wizard.progressProperty().get().steps().get(index);
      return step.state();
    });
  }

  private static WizardViewModel begin(AppFixture app, ActKind kind, int node) {
    app.show(ScreenId.OPERATIONS);
    OperationsView view =
        (OperationsView) app.wiring().context().navigator().screen(ScreenId.OPERATIONS);
    AppFixture.run(() -> view.ask(kind.name(), node));
    return view.wizard();
  }

  /// From wherever it is to the confirmation, with every warning agreed to.
  private static void confirm(AppFixture app, WizardViewModel wizard) {
    AppFixture.run(() -> {
      if (wizard.stepProperty().get() == WizardStep.TARGET) {
        wizard.goOn();
      }
      wizard.planProperty().get().checks().forEach(check -> wizard.agree(check, true));
      wizard.goOn();
      wizard.goOn();
    });
    assertThat(wizard.stepProperty().get()).isEqualTo(WizardStep.CONFIRM);
    assertThat(app.find("act-problem", Label.class).getText()).isEmpty();
  }
}

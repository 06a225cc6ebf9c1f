package org.relevo.app.view.switchover;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.StepTexts;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;

/// The ended operation: intended against observed, times, effect on clients, export.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
final class ReportPane {
  private static final Duration SAVE_DEADLINE = Duration.ofSeconds(10);

  private final AppContext context;
  private final SwitchoverViewModel viewModel;
  private final Parent root;

  @FXML private StateLabel state;
  @FXML private Label outcome;
  @FXML private Label resultTitle;
  @FXML private GridPane facts;
  @FXML private Label stepsTitle;
  @FXML private GridPane steps;
  @FXML private ListView<LogLine> log;
  @FXML private Button copyText;
  @FXML private Button saveText;
  @FXML private Button saveJson;
  @FXML private Label saved;

  ReportPane(AppContext context, SwitchoverViewModel viewModel) {
    this.context = context;
    this.viewModel = viewModel;
    root = FxmlFile.load(this);
    Texts texts = context.texts();
    resultTitle.textProperty().bind(texts.get("switchover.report.result"));
    stepsTitle.textProperty().bind(texts.get("switchover.report.steps"));
    log.setItems(viewModel.log().lines());
    log.setCellFactory(_ -> new LogLineCell(context.clock().getZone()));
    copyText.textProperty().bind(texts.get("switchover.copy-text"));
    copyText.setOnAction(_ -> copy());
    saveText.textProperty().bind(texts.get("switchover.save-text"));
    saveText.setOnAction(_ -> save("txt", r -> r.text(context.texts())));
    saveJson.textProperty().bind(texts.get("switchover.save-json"));
    saveJson.setOnAction(_ -> save("json", Report::json));
    viewModel.operationProperty().addListener((_, _, _) -> show());
    viewModel.impact().errorsProperty().addListener((_, _, _) -> show());
    viewModel.impact().longestGapMsProperty().addListener((_, _, _) -> show());
    context.model().statusProperty().addListener((_, _, _) -> show());
    texts.localeProperty().addListener((_, _, _) -> show());
    show();
  }

  Parent root() {
    return root;
  }

  private void show() {
    Report report = report();
    if (report == null) {
      return;
    }
    Texts texts = context.texts();
    OperationStatus ended = report.operation();
    state.show(Mark.of(ended.state()), texts.text("operation." + ended.state().name()));
    outcome.setText(ended.outcome());
    facts.getChildren().clear();
    fact("switchover.report.intended", report.intendedPrimary(), null);
    fact(
        "switchover.report.observed",
        report.primaryNow().isEmpty() ? "–" : report.primaryNow(),
        report.asIntended() ? Mark.OK : Mark.WARN);
    fact("switchover.pause", StepTexts.millis(ended.pauseMs(), texts.locale()), null);
    fact("switchover.held", Integer.toString(ended.heldSessions()), null);
    fact("switchover.moved", Integer.toString(ended.movedSessions()), null);
    fact(
        "switchover.ended",
        Integer.toString(ended.endedSessions()),
        ended.endedSessions() > 0 ? Mark.WARN : null);
    fact(
        "switchover.errors",
        report.clientErrors() < 0 ? "–" : Long.toString(report.clientErrors()),
        report.clientErrors() > 0 ? Mark.WARN : null);
    fact("switchover.gap", StepTexts.millis(report.longestGapMs(), texts.locale()), null);
    fact("switchover.report.actor", ended.actor(), null);
    fact("switchover.reason", ended.reason(), null);
    steps.getChildren().clear();
    for (int i = 0; i < ended.steps().size(); i++) {
      OperationStep step = ended.steps().get(i);
      StateLabel stepState =
          new StateLabel(Mark.of(step.state()), texts.text("stepstate." + step.state().name()));
      stepState.setMinWidth(Region.USE_PREF_SIZE);
      Label name = new Label(step.name());
      name.setMinWidth(Region.USE_PREF_SIZE);
      Label took = new Label(StepTexts.took(step, texts.locale()));
      took.setMinWidth(Region.USE_PREF_SIZE);
      Label detail = new Label(step.detail());
      detail.setWrapText(true);
      detail.setMinHeight(Region.USE_PREF_SIZE);
      GridPane.setHgrow(detail, Priority.ALWAYS);
      detail.getStyleClass().add("muted");
      steps.addRow(i, stepState, name, took, detail);
    }
  }

  private void fact(String key, String value, @Nullable Mark mark) {
    Label name = new Label(context.texts().text(key));
    name.getStyleClass().add("muted");
    name.setMinWidth(Region.USE_PREF_SIZE);
    int row = facts.getRowCount();
    if (mark == null) {
      Label plain = new Label(value);
      plain.setWrapText(true);
      plain.setMinHeight(Region.USE_PREF_SIZE);
      GridPane.setHgrow(plain, Priority.ALWAYS);
      facts.addRow(row, name, plain);
    } else {
      facts.addRow(row, name, new StateLabel(mark, value));
    }
  }

  private @Nullable Report report() {
    OperationStatus ended = viewModel.operationProperty().get();
    if (ended == null || ended.state() == OperationState.RUNNING) {
      return null;
    }
    return Report.of(
        ended,
        context.model(),
        viewModel.impact().errorsProperty().get(),
        viewModel.impact().longestGapMsProperty().get(),
        List.copyOf(viewModel.log().lines()));
  }

  private void copy() {
    Report report = report();
    if (report != null) {
      ClipboardContent content = new ClipboardContent();
      content.putString(report.text(context.texts()));
      Clipboard.getSystemClipboard().setContent(content);
      saved.setText(context.texts().text("switchover.copied"));
    }
  }

  private void save(String extension, Function<Report, String> form) {
    Report report = report();
    if (report == null) {
      return;
    }
    FileChooser chooser = new FileChooser();
    chooser.setInitialFileName("switchover-" + report.operation().id() + "." + extension);
    File chosen = chooser.showSaveDialog(root.getScene().getWindow());
    if (chosen != null) {
      write(chosen.toPath(), form.apply(report));
    }
  }

  private void write(Path file, String content) {
    context
        .tasks()
        .run(
            "save-report",
            SAVE_DEADLINE,
            () -> Files.writeString(file, content),
            written -> saved.setText(context.texts().text("switchover.saved", written.toString())),
            failure ->
                saved.setText(
                    context
                        .texts()
                        .text("switchover.unsaved", file.toString(), Reasons.of(failure))));
  }
}

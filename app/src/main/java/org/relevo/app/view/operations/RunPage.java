package org.relevo.app.view.operations;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.ExportFile;
import org.relevo.app.view.part.FileTarget;
import org.relevo.app.view.part.StepTexts;
import org.relevo.app.view.switchover.LogLineCell;
import org.relevo.app.view.switchover.Reasons;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;

/// An operation as it runs and as it ended: figures, each phase with its time, what the service
/// logs about it, and the report.
///
/// Owner: FX thread.
final class RunPage {
  private static final Duration SAVE_DEADLINE = Duration.ofSeconds(10);

  private final AppContext context;
  private final WizardViewModel viewModel;
  private final FileTarget target;
  private final VBox root = new VBox(10);
  private final StateLabel state = new StateLabel();
  private final Label outcome = new Label();
  private final HBox figures = new HBox();
  private final ProgressBar bar = new ProgressBar();
  private final VBox steps = new VBox(5);
  private final Label saved = new Label();
  private final Button cancel;
  private final HBox whileRunning;
  private final HBox whenEnded;
  private final Button follow;

  RunPage(AppContext context, WizardViewModel viewModel, FileTarget target) {
    this.context = context;
    this.target = target;
    this.viewModel = viewModel;
    state.getStyleClass().add("screen-title");
    state.setMinWidth(Region.USE_PREF_SIZE);
    outcome.setWrapText(true);
    outcome.setId("outcome");
    figures.getStyleClass().add("impact");
    bar.setMaxWidth(Double.MAX_VALUE);
    Label caption = new Label();
    caption.getStyleClass().add("section-title");
    caption.textProperty().bind(context.texts().get("switchover.log"));
    ListView<LogLine> log = new ListView<>(viewModel.log().lines());
    log.setId("act-log");
    log.setFixedCellSize(22);
    log.setMinHeight(80);
    log.setCellFactory(_ -> new LogLineCell(context.clock().getZone()));
    log.getItems()
        .addListener(
            (ListChangeListener<LogLine>)
                _ -> log.scrollTo(Math.max(0, log.getItems().size() - 1)));
    VBox.setVgrow(log, Priority.ALWAYS);
    cancel = button("act-cancel", "operations.cancel", viewModel::cancelRun);
    cancel.getStyleClass().add("danger");
    Button hide =
        button("act-hide", "switchover.hide", () -> context.navigator().show(ScreenId.OVERVIEW));
    whileRunning = new HBox(12, hide, cancel);
    whileRunning.setAlignment(Pos.CENTER_RIGHT);
    follow = button("act-follow", "operations.then-switchover", this::thenSwitchover);
    follow.getStyleClass().add("accent");
    saved.getStyleClass().add("muted");
    whenEnded =
        new HBox(
            10,
            button("act-copy", "switchover.copy-text", this::copy),
            button("act-text", "switchover.save-text", () -> save("txt", this::asText)),
            button("act-json", "switchover.save-json", () -> save("json", ActReport::json)),
            follow,
            saved);
    whenEnded.setAlignment(Pos.CENTER_LEFT);
    HBox head = new HBox(14, state, outcome);
    head.setAlignment(Pos.CENTER_LEFT);
    root.getChildren().addAll(head, figures, bar, steps, caption, log, whileRunning, whenEnded);
    viewModel.progressProperty().addListener((_, _, newer) -> show(newer));
    context.texts().localeProperty().addListener((_, _, _) -> show());
  }

  Node root() {
    return root;
  }

  private void show() {
    show(viewModel.progressProperty().get());
  }

  private Button button(String id, String key, Runnable action) {
    Button button = new Button();
    button.setId(id);
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.textProperty().bind(context.texts().get(key));
    button.setOnAction(_ -> action.run());
    return button;
  }

  private void show(@Nullable Progress progress) {
    if (progress == null) {
      return;
    }
    Texts texts = context.texts();
    state.show(Mark.of(progress.state()), texts.text("operation." + progress.state().name()));
    outcome.setText(outcomeText(progress));
    figures.getChildren().clear();
    for (Progress.Figure figure : progress.figures()) {
      figures.getChildren().add(figure(figure, texts.locale()));
    }
    shown(figures, !progress.figures().isEmpty());
    bar.setProgress(progress.done() < 0 ? ProgressBar.INDETERMINATE_PROGRESS : progress.done());
    shown(bar, progress.running() && progress.done() >= 0);
    steps.getChildren().clear();
    for (OperationStep step : progress.steps()) {
      steps.getChildren().add(line(step));
    }
    cancel.setDisable(!viewModel.mayCancel());
    shown(whileRunning, progress.running());
    shown(whenEnded, !progress.running());
    shown(follow, viewModel.kindProperty().get() == ActKind.FAILBACK);
  }

  private String outcomeText(Progress progress) {
    if (progress.outcome().isEmpty() && !progress.running()) {
      return context.texts().text(viewModel.kindProperty().get().key("done"), nodeName(progress));
    }
    return progress.outcome();
  }

  private String nodeName(Progress progress) {
    return progress.nodeId() < 0 ? "" : context.model().nodeName(progress.nodeId());
  }

  private static void shown(Node node, boolean there) {
    node.setVisible(there);
    node.setManaged(there);
  }

  private Node figure(Progress.Figure figure, Locale locale) {
    Label caption = new Label(context.texts().text(figure.key()));
    caption.getStyleClass().add("muted");
    Label number = new Label(ActReport.value(figure, locale));
    number.getStyleClass().add("impact-value");
    return new VBox(0, caption, number);
  }

  private Node line(OperationStep step) {
    Texts texts = context.texts();
    StateLabel look =
        new StateLabel(Mark.of(step.state()), texts.text("stepstate." + step.state().name()));
    look.setMinWidth(110);
    Label name = new Label(step.number() + "  " + step.name());
    name.setMinWidth(165);
    Label detail = new Label(step.detail());
    detail.setMaxWidth(Double.MAX_VALUE);
    detail.setWrapText(true);
    HBox.setHgrow(detail, Priority.ALWAYS);
    Label took =
        new Label(step.state() == StepState.RUNNING ? "…" : StepTexts.took(step, texts.locale()));
    took.getStyleClass().add("muted");
    took.setMinWidth(70);
    return new HBox(12, look, name, detail, took);
  }

  private void thenSwitchover() {
    Progress progress = viewModel.progressProperty().get();
    if (progress != null) {
      context.navigator().showFor(ScreenId.SWITCHOVER, progress.nodeId());
    }
  }

  private @Nullable ActReport report() {
    Progress progress = viewModel.progressProperty().get();
    return progress == null
        ? null
        : new ActReport(progress, nodeName(progress), List.copyOf(viewModel.log().lines()));
  }

  private String asText(ActReport report) {
    return report.text(context.texts());
  }

  private void copy() {
    ActReport report = report();
    if (report != null) {
      ClipboardContent content = new ClipboardContent();
      content.putString(asText(report));
      Clipboard.getSystemClipboard().setContent(content);
      saved.setText(context.texts().text("switchover.copied"));
    }
  }

  private void save(String extension, Function<ActReport, String> form) {
    ActReport report = report();
    if (report == null) {
      return;
    }
    String name = report.progress().kind() + "-" + report.progress().id() + "." + extension;
    Optional<Path> asked =
        target.ask(
            root.getScene().getWindow(),
            context.texts().text("operations.report.save"),
            name,
            List.of(extension));
    if (asked.isEmpty()) {
      return;
    }
    Path chosen = asked.get();
    ExportFile file = ExportFile.text(chosen, form.apply(report));
    context
        .tasks()
        .run(
            "save-report",
            SAVE_DEADLINE,
            file::write,
            written -> saved.setText(context.texts().text("switchover.saved", written.toString())),
            failure ->
                saved.setText(
                    context
                        .texts()
                        .text("switchover.unsaved", chosen.toString(), Reasons.of(failure))));
  }
}

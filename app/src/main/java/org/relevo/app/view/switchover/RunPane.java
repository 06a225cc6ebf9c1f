package org.relevo.app.view.switchover;

import java.time.Duration;
import java.util.List;
import javafx.collections.ListChangeListener;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.StepTexts;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;

/// The running operation: what clients feel, each step, and what the service logs about it.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
final class RunPane {
  private final AppContext context;
  private final SwitchoverViewModel viewModel;
  private final Parent root;

  @FXML private HBox impact;
  @FXML private VBox steps;
  @FXML private Label logCaption;
  @FXML private ListView<LogLine> log;
  @FXML private Label note;
  @FXML private Button hide;
  @FXML private Button abort;

  RunPane(AppContext context, SwitchoverViewModel viewModel) {
    this.context = context;
    this.viewModel = viewModel;
    root = FxmlFile.load(this);
    Texts texts = context.texts();
    logCaption.textProperty().bind(texts.get("switchover.log"));
    log.setItems(viewModel.log().lines());
    log.setCellFactory(_ -> new LogLineCell(context.clock().getZone()));
    log.getItems()
        .addListener(
            (ListChangeListener<LogLine>)
                _ -> log.scrollTo(Math.max(0, log.getItems().size() - 1)));
    hide.textProperty().bind(texts.get("switchover.hide"));
    hide.setOnAction(_ -> context.navigator().show(ScreenId.NODES));
    abort.textProperty().bind(texts.get("switchover.abort"));
    abort.setOnAction(_ -> viewModel.abort());
    viewModel.operationProperty().addListener((_, _, newer) -> show(newer));
    texts.localeProperty().addListener((_, _, _) -> show(viewModel.operationProperty().get()));
    show(viewModel.operationProperty().get());
  }

  Parent root() {
    return root;
  }

  private void show(@Nullable OperationStatus operation) {
    if (operation == null) {
      return;
    }
    Texts texts = context.texts();
    long pause = operation.pauseMs();
    impact
        .getChildren()
        .setAll(
            figure("switchover.held", Integer.toString(operation.heldSessions())),
            figure("switchover.moved", Integer.toString(operation.movedSessions())),
            figure("switchover.ended", Integer.toString(operation.endedSessions())),
            figure(
                "switchover.pause",
                pause < 0 ? "–" : Durations.of(Duration.ofMillis(pause), texts.locale())));
    int noReturn = PointOfNoReturn.index(operation, viewModel.planProperty().get());
    steps.getChildren().clear();
    List<OperationStep> all = operation.steps();
    for (int i = 0; i < all.size(); i++) {
      if (i == noReturn) {
        Label mark = new Label(texts.text("switchover.no-return"));
        mark.getStyleClass().addAll("point-of-no-return", "muted");
        mark.setMaxWidth(Double.MAX_VALUE);
        steps.getChildren().add(mark);
      }
      steps.getChildren().add(line(all.get(i)));
    }
    boolean back = viewModel.mayAbort();
    abort.setDisable(!back);
    note.setText(texts.text(back ? "switchover.note.back" : "switchover.note.no-back"));
  }

  private Node figure(String key, String value) {
    Label caption = new Label(context.texts().text(key));
    caption.getStyleClass().add("muted");
    Label number = new Label(value);
    number.getStyleClass().add("impact-value");
    return new VBox(0, caption, number);
  }

  private Node line(OperationStep step) {
    Texts texts = context.texts();
    StateLabel state =
        new StateLabel(Mark.of(step.state()), texts.text("stepstate." + step.state().name()));
    state.setMinWidth(110);
    Label name = new Label(step.number() + "  " + step.name());
    name.setMinWidth(135);
    Label node = new Label(step.nodeId() < 0 ? "" : context.model().nodeName(step.nodeId()));
    node.getStyleClass().add("muted");
    node.setMinWidth(90);
    Label detail = new Label(step.detail());
    detail.setMaxWidth(Double.MAX_VALUE);
    HBox.setHgrow(detail, Priority.ALWAYS);
    Label took =
        new Label(step.state() == StepState.RUNNING ? "…" : StepTexts.took(step, texts.locale()));
    took.getStyleClass().add("muted");
    took.setMinWidth(60);
    HBox line = new HBox(12, state, name, node, detail, took);
    line.getStyleClass().add("step-line");
    return line;
  }
}

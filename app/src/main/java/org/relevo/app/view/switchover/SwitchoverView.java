package org.relevo.app.view.switchover;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.PlanParts;
import org.relevo.jmx.contract.Candidate;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.SwitchoverPlan;

/// The rail of steps, one page per step and the buttons below.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class SwitchoverView implements Screen {
  private final AppContext context;
  private final SwitchoverViewModel viewModel;
  private final Parent root;
  private final Map<WizardStep, Node> pageOf = new EnumMap<>(WizardStep.class);
  private final Map<WizardStep, StateLabel> railOf = new EnumMap<>(WizardStep.class);

  @FXML private Label title;
  @FXML private ProgressIndicator busy;
  @FXML private VBox rail;
  @FXML private VBox targetPage;
  @FXML private Label targetText;
  @FXML private TableView<Candidate> candidates;
  @FXML private TableColumn<Candidate, String> candidateName;
  @FXML private TableColumn<Candidate, Candidate> candidateReady;
  @FXML private TableColumn<Candidate, String> candidateVerdict;
  @FXML private TableColumn<Candidate, String> candidateLag;
  @FXML private TableColumn<Candidate, String> candidateTimeline;
  @FXML private Label reasonCaption;
  @FXML private TextField reason;
  @FXML private VBox checksPage;
  @FXML private Label checksText;
  @FXML private VBox checks;
  @FXML private Button checkAgain;
  @FXML private VBox dryRunPage;
  @FXML private Label dryRunText;
  @FXML private VBox plannedSteps;
  @FXML private Button copyScript;
  @FXML private Label hash;
  @FXML private VBox confirmPage;
  @FXML private Label consequence;
  @FXML private Label consequenceMore;
  @FXML private Label typeCaption;
  @FXML private TextField typedName;
  @FXML private StackPane runPage;
  @FXML private StackPane reportPage;
  @FXML private HBox problemBox;
  @FXML private StateLabel problemState;
  @FXML private Label problem;
  @FXML private Label refusal;
  @FXML private Button back;
  @FXML private Button next;

  public SwitchoverView(AppContext context) {
    this.context = context;
    viewModel = new SwitchoverViewModel(context);
    root = FxmlFile.load(this);
    runPage.getChildren().add(new RunPane(context, viewModel).root());
    reportPage.getChildren().add(new ReportPane(context, viewModel).root());
    pageOf.putAll(
        Map.of(
            WizardStep.TARGET, targetPage,
            WizardStep.CHECKS, checksPage,
            WizardStep.DRY_RUN, dryRunPage,
            WizardStep.CONFIRM, confirmPage,
            WizardStep.RUN, runPage,
            WizardStep.REPORT, reportPage));
    buildRail();
    bindTarget();
    bindTexts();
    bindButtons();
    viewModel.stepProperty().addListener((_, _, _) -> placeStep());
    viewModel.planProperty().addListener((_, _, _) -> showPlan());
    context.texts().localeProperty().addListener((_, _, _) -> relabel());
    relabel();
  }

  @Override
  public String id() {
    return ScreenId.SWITCHOVER.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    viewModel.open();
  }

  @Override
  public void hidden() {
    viewModel.leave();
  }

  @Override
  public void about(int nodeId) {
    viewModel.about(nodeId);
  }

  @Override
  public void refresh() {
    viewModel.refresh();
  }

  /// For tests of the whole screen.
  SwitchoverViewModel viewModel() {
    return viewModel;
  }

  private void relabel() {
    showPlan();
    placeStep();
  }

  private void buildRail() {
    for (WizardStep step : WizardStep.values()) {
      StateLabel label = new StateLabel();
      label.getStyleClass().add("step-item");
      label.setMaxWidth(Double.MAX_VALUE);
      railOf.put(step, label);
      rail.getChildren().add(label);
    }
  }

  private void placeStep() {
    WizardStep now = viewModel.stepProperty().get();
    Texts texts = context.texts();
    int number = 0;
    for (WizardStep step : WizardStep.values()) {
      Node page = pageOf.get(step);
      StateLabel label = railOf.get(step);
      if (page == null || label == null) {
        continue;
      }
      page.setVisible(step == now);
      page.setManaged(step == now);
      int order = step.compareTo(now);
      Mark mark = order < 0 ? Mark.OK : order == 0 ? Mark.PROGRESS : Mark.UNKNOWN;
      number++;
      label.show(mark, number + "  " + texts.text("switchover.step." + step.name()));
      label.getStyleClass().remove("current");
      if (step == now) {
        label.getStyleClass().add("current");
      }
    }
    back.setVisible(viewModel.mayGoBack());
    next.setVisible(now != WizardStep.RUN);
    next.setText(texts.text("switchover.next." + now.name()));
    next.getStyleClass().removeAll("accent", "danger");
    next.getStyleClass().add(now == WizardStep.CONFIRM ? "danger" : "accent");
    showRefusal();
  }

  private void bindTarget() {
    Texts texts = context.texts();
    candidateName.textProperty().bind(texts.get("nodes.name"));
    candidateReady.textProperty().bind(texts.get("switchover.readiness"));
    candidateVerdict.textProperty().bind(texts.get("switchover.verdict"));
    candidateLag.textProperty().bind(texts.get("nodes.lag"));
    candidateTimeline.textProperty().bind(texts.get("nodes.timeline"));
    candidateName.setCellValueFactory(f -> Bindings.createStringBinding(f.getValue()::name));
    candidateVerdict.setCellValueFactory(f -> Bindings.createStringBinding(f.getValue()::verdict));
    candidateLag.setCellValueFactory(f -> Bindings.createStringBinding(() -> lag(f.getValue())));
    candidateTimeline.setCellValueFactory(
        f -> Bindings.createStringBinding(() -> Long.toString(f.getValue().timeline())));
    candidateReady.setCellValueFactory(f -> Bindings.createObjectBinding(f::getValue));
    candidateReady.setCellFactory(_ -> new ReadyCell(texts));
    candidates.setItems(viewModel.candidates());
    candidates.setPlaceholder(
        new EmptyState("⇅", texts.get("switchover.none"), texts.get("switchover.none.text")));
    candidates
        .getSelectionModel()
        .selectedItemProperty()
        .addListener((_, _, chosen) -> viewModel.targetProperty().set(chosen));
    viewModel
        .targetProperty()
        .addListener((_, _, chosen) -> {
          if (chosen == null) {
            candidates.getSelectionModel().clearSelection();
          } else {
            candidates.getSelectionModel().select(chosen);
          }
        });
    reason.textProperty().bindBidirectional(viewModel.reasonProperty());
    typedName.textProperty().bindBidirectional(viewModel.typedNameProperty());
  }

  private String lag(Candidate candidate) {
    return candidate.replayLagBytes() < 0
        ? "–"
        : Durations.bytes(candidate.replayLagBytes(), context.texts().locale());
  }

  private void bindTexts() {
    Texts texts = context.texts();
    title.textProperty().bind(texts.get("switchover.title"));
    targetText.textProperty().bind(texts.get("switchover.target.text"));
    reasonCaption.textProperty().bind(texts.get("switchover.reason"));
    reason.promptTextProperty().bind(texts.get("switchover.reason.prompt"));
    checksText.textProperty().bind(texts.get("switchover.checks.text"));
    checkAgain.textProperty().bind(texts.get("switchover.check-again"));
    checkAgain.setOnAction(_ -> viewModel.refresh());
    dryRunText.textProperty().bind(texts.get("switchover.dry-run.text"));
    copyScript.textProperty().bind(texts.get("switchover.copy-script"));
    copyScript.setOnAction(_ -> copyScript());
    problemState.markProperty().set(Mark.CRITICAL);
    problemState.wordsProperty().bind(texts.get("switchover.problem"));
    problem.textProperty().bind(viewModel.problemProperty());
    problemBox.visibleProperty().bind(viewModel.problemProperty().isNotEmpty());
    problemBox.managedProperty().bind(problemBox.visibleProperty());
  }

  private void bindButtons() {
    busy.visibleProperty().bind(viewModel.busyProperty());
    back.textProperty().bind(context.texts().get("switchover.back"));
    back.setOnAction(_ -> viewModel.back());
    back.managedProperty().bind(back.visibleProperty());
    next.managedProperty().bind(next.visibleProperty());
    next.disableProperty().bind(viewModel.mayGoOnProperty().not());
    next.setOnAction(_ -> viewModel.goOn());
    viewModel.mayGoOnProperty().addListener((_, _, _) -> showRefusal());
    viewModel.reasonProperty().addListener((_, _, _) -> showRefusal());
    viewModel.typedNameProperty().addListener((_, _, _) -> showRefusal());
    viewModel.targetProperty().addListener((_, _, _) -> showRefusal());
  }

  private void showRefusal() {
    String key = viewModel.refusalKey();
    refusal.setText(key.isEmpty() ? "" : context.texts().text(key));
  }

  private void showPlan() {
    SwitchoverPlan plan = viewModel.planProperty().get();
    checks.getChildren().clear();
    plannedSteps.getChildren().clear();
    if (plan == null) {
      return;
    }
    Texts texts = context.texts();
    plan.checks().forEach(check -> checks.getChildren().add(checkLine(check)));
    int noReturn = PointOfNoReturn.index(plan);
    for (int i = 0; i < plan.steps().size(); i++) {
      if (i == noReturn) {
        Label mark = new Label(texts.text("switchover.no-return"));
        mark.getStyleClass().addAll("point-of-no-return", "muted");
        mark.setMaxWidth(Double.MAX_VALUE);
        plannedSteps.getChildren().add(mark);
      }
      plannedSteps.getChildren().add(plannedLine(plan.steps().get(i)));
    }
    hash.setText(texts.text("switchover.hash", plan.id(), plan.hash()));
    String from = context.model().nodeName(plan.fromNodeId());
    String to = context.model().nodeName(plan.toNodeId());
    consequence.setText(texts.text("switchover.consequence", plan.clusterName(), from, to));
    consequenceMore.setText(
        texts.text(
            "switchover.consequence.more",
            plan.candidates().stream()
                .filter(c -> c.nodeId() == plan.toNodeId())
                .map(Candidate::verdict)
                .findFirst()
                .orElse("–"),
            plan.reason()));
    typeCaption.setText(texts.text("switchover.type", plan.clusterName()));
  }

  private Node checkLine(PreflightCheck check) {
    return PlanParts.check(
        context.texts(),
        check,
        check.name(),
        viewModel.agreed(check),
        on -> {
          viewModel.agree(check, on);
          showRefusal();
        });
  }

  private Node plannedLine(PlannedStep step) {
    String node = step.nodeId() < 0 ? "–" : context.model().nodeName(step.nodeId());
    return PlanParts.step(context.texts(), step, node, 130);
  }

  private void copyScript() {
    SwitchoverPlan plan = viewModel.planProperty().get();
    if (plan != null) {
      ClipboardContent content = new ClipboardContent();
      content.putString(script(plan));
      Clipboard.getSystemClipboard().setContent(content);
    }
  }

  /// The steps as a commented script for reading; the service runs them, not a shell.
  String script(SwitchoverPlan plan) {
    StringBuilder text = new StringBuilder();
    text.append("# plan ").append(plan.id()).append(" hash ").append(plan.hash()).append('\n');
    for (PlannedStep step : List.copyOf(plan.steps())) {
      text.append("# ").append(step.number()).append(' ').append(step.name());
      if (step.nodeId() >= 0) {
        text.append(" on ").append(context.model().nodeName(step.nodeId()));
      }
      text.append('\n').append(step.action()).append('\n');
    }
    return text.toString();
  }

  private static final class ReadyCell extends TableCell<Candidate, Candidate> {
    private final Texts texts;
    private final StateLabel label = new StateLabel();

    ReadyCell(Texts texts) {
      this.texts = texts;
    }

    @Override
    protected void updateItem(@Nullable Candidate candidate, boolean empty) {
      super.updateItem(candidate, empty);
      if (candidate == null || empty) {
        setGraphic(null);
        return;
      }
      label.show(
          candidate.ready() ? Mark.OK : Mark.CRITICAL,
          texts.text(candidate.ready() ? "switchover.ready" : "switchover.not-ready"));
      setGraphic(label);
    }
  }
}

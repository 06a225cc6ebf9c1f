package org.relevo.app.view.operations;

import java.util.EnumMap;
import java.util.Map;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.FileTarget;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.switchover.WizardStep;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;

/// The rail of steps, one page per step and the buttons below, for an act of any kind.
///
/// Owner: FX thread.
final class WizardPane {
  private final Texts texts;
  private final WizardViewModel viewModel;
  private final BorderPane root = new BorderPane();
  private final Map<WizardStep, Node> pageOf = new EnumMap<>(WizardStep.class);
  private final Map<WizardStep, StateLabel> railOf = new EnumMap<>(WizardStep.class);
  private final LiveTable<Target> targets;
  private final Label title = new Label();
  private final Label targetText = new Label();
  private final Label optionCaption = new Label();
  private final Label optionText = new Label();
  private final ChoiceBox<String> option = new ChoiceBox<>();
  private final GridPane fields = new GridPane(12, 8);
  private final PlanPages planPages;
  private final Label refusal = new Label();
  private final Button back = new Button();
  private final Button next = new Button();
  private boolean choosing;

  WizardPane(AppContext context, WizardViewModel viewModel, FileTarget target, Runnable home) {
    texts = context.texts();
    this.viewModel = viewModel;
    planPages = new PlanPages(context, viewModel, this::showRefusal);
    targets = targetTable();
    root.setTop(head(home));
    VBox rail = new VBox();
    rail.getStyleClass().add("step-rail");
    for (WizardStep step : WizardStep.values()) {
      StateLabel label = new StateLabel();
      label.getStyleClass().add("step-item");
      label.setId("act-step-" + step.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
      label.setMaxWidth(Double.MAX_VALUE);
      railOf.put(step, label);
      rail.getChildren().add(label);
    }
    root.setLeft(rail);
    pageOf.put(WizardStep.TARGET, targetPage());
    pageOf.put(WizardStep.CHECKS, scrolled(planPages.checks()));
    pageOf.put(WizardStep.DRY_RUN, scrolled(planPages.steps()));
    pageOf.put(WizardStep.CONFIRM, planPages.confirm());
    Node run = new RunPage(context, viewModel, target).root();
    pageOf.put(WizardStep.RUN, run);
    StackPane pages = new StackPane();
    pages.getStyleClass().add("pages");
    pageOf.values().forEach(page -> pages.getChildren().add(page));
    root.setCenter(pages);
    root.setBottom(foot());
    viewModel.stepProperty().addListener((_, _, _) -> placeStep());
    viewModel.kindProperty().addListener((_, _, _) -> relabel());
    texts.localeProperty().addListener((_, _, _) -> relabel());
    context.model().connectionProperty().addListener((_, _, now) -> connectionChanged(now));
    relabel();
  }

  /// What was planned and agreed to for one cluster is not done to the next one.
  private void connectionChanged(ConnectionState now) {
    while (now instanceof ConnectionState.Disconnected && viewModel.mayGoBack()) {
      viewModel.back();
    }
  }

  Node root() {
    return root;
  }

  private static Node scrolled(Node content) {
    ScrollPane scroll = new ScrollPane(content);
    scroll.getStyleClass().add("edge-to-edge");
    scroll.setFitToWidth(true);
    scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
    return scroll;
  }

  private Node head(Runnable home) {
    title.getStyleClass().add("screen-title");
    ProgressIndicator busy = new ProgressIndicator();
    busy.setPrefSize(20, 20);
    busy.setMaxHeight(20);
    busy.visibleProperty().bind(viewModel.busyProperty());
    Button all = new Button();
    all.setId("act-home");
    all.setMinWidth(Region.USE_PREF_SIZE);
    all.textProperty().bind(texts.get("operations.home"));
    all.setOnAction(_ -> home.run());
    HBox head = new HBox(14, all, title, busy);
    head.setAlignment(Pos.CENTER_LEFT);
    return head;
  }

  private LiveTable<Target> targetTable() {
    LiveTable<Target> table = new LiveTable<>(texts, "act-targets", Target::id);
    table
        .text("nodes.name", 120, t -> t.node().name())
        .column("nodes.role", 120, t -> role(t.node()))
        .column(
            "nodes.status",
            140,
            t ->
                Cell.state(
                    Mark.of(t.node().status()), texts.text("nodestatus." + t.node().status())))
        .column(
            "switchover.readiness",
            140,
            t ->
                Cell.state(
                    t.ready() ? Mark.OK : Mark.CRITICAL,
                    texts.text(t.ready() ? "operations.possible" : "switchover.not-ready")))
        .text("switchover.verdict", 300, t -> texts.text(t.verdict(), t.detail()));
    table.placeholder(new EmptyState("⚙", texts.get("nodes.empty"), texts.get("nodes.empty.text")));
    table.node().setPrefHeight(210);
    table.node().setMinHeight(120);
    viewModel
        .targets()
        .addListener(
            (javafx.collections.ListChangeListener<Target>) _ -> table.show(viewModel.targets()));
    table
        .selectedProperty()
        .addListener((_, _, row) -> {
          if (!choosing && row != null) {
            viewModel.targetProperty().set(row.value());
          }
        });
    viewModel.targetProperty().addListener((_, _, chosen) -> select(chosen));
    return table;
  }

  private void select(@Nullable Target chosen) {
    choosing = true;
    if (chosen == null) {
      targets.node().getSelectionModel().clearSelection();
    } else {
      targets.show(viewModel.targets());
      targets.selectKey(chosen.id());
    }
    choosing = false;
    showRefusal();
  }

  private Cell role(NodeInfo node) {
    return Cell.state(
        Mark.symbolOf(node.role()),
        node.role() == NodeRole.UNKNOWN ? Mark.UNKNOWN : Mark.PROGRESS,
        texts.text("noderole." + node.role().name()));
  }

  private Node targetPage() {
    targetText.setWrapText(true);
    targetText.getStyleClass().add("muted");
    targetText.setMinHeight(Region.USE_PREF_SIZE);
    optionCaption.getStyleClass().add("section-title");
    optionText.getStyleClass().add("muted");
    optionText.setWrapText(true);
    option.setId("act-option");
    optionCaption.setLabelFor(option);
    option.setConverter(
        new StringConverter<>() {
          @Override
          public String toString(@Nullable String value) {
            return value == null ? "" : optionName(value);
          }

          @Override
          public String fromString(String name) {
            return name;
          }
        });
    option
        .valueProperty()
        .addListener((_, _, chosen) -> {
          if (chosen != null) {
            viewModel.optionProperty().set(chosen);
          }
        });
    viewModel.optionProperty().addListener((_, _, value) -> option.setValue(value));
    Label reasonCaption = new Label();
    reasonCaption.getStyleClass().add("section-title");
    reasonCaption.textProperty().bind(texts.get("switchover.reason"));
    TextField reason = new TextField();
    reason.setId("act-reason");
    reason.promptTextProperty().bind(texts.get("switchover.reason.prompt"));
    reasonCaption.setLabelFor(reason);
    reason.textProperty().bindBidirectional(viewModel.reasonProperty());
    return new VBox(
        10,
        targetText,
        targets.node(),
        fields,
        optionCaption,
        option,
        optionText,
        reasonCaption,
        reason);
  }

  /// What the act asks for besides node and reason, each with what to enter.
  private void placeFields(ActKind kind) {
    fields.getChildren().clear();
    for (String name : kind.fields()) {
      Label caption = new Label(texts.text(fieldKey(kind, name)));
      caption.setMinWidth(Region.USE_PREF_SIZE);
      TextField input = new TextField();
      input.setId("act-field-" + name);
      input.setPromptText(texts.text(fieldKey(kind, name) + ".prompt"));
      input.textProperty().bindBidirectional(viewModel.field(name));
      input.textProperty().addListener((_, _, _) -> showRefusal());
      caption.setLabelFor(input);
      GridPane.setHgrow(input, Priority.ALWAYS);
      fields.addRow(fields.getRowCount(), caption, input);
    }
    shown(fields, !kind.fields().isEmpty());
  }

  private static String fieldKey(ActKind kind, String name) {
    return "act.field."
        + (kind == ActKind.IMPORT_HEARTBEAT && name.equals("path") ? "folder" : name);
  }

  private String optionName(String value) {
    String key = "option." + value.replace(" ", "");
    return texts.has(key) ? texts.text(key) : value;
  }

  private Node foot() {
    StateLabel problemState = new StateLabel();
    problemState.setMinWidth(Region.USE_PREF_SIZE);
    problemState.markProperty().set(Mark.CRITICAL);
    problemState.wordsProperty().bind(texts.get("switchover.problem"));
    Label problem = new Label();
    problem.setId("act-problem");
    problem.setWrapText(true);
    problem.textProperty().bind(viewModel.problemProperty());
    HBox box = new HBox(problemState, problem);
    box.getStyleClass().add("problem");
    box.visibleProperty().bind(viewModel.problemProperty().isNotEmpty());
    box.managedProperty().bind(box.visibleProperty());
    refusal.setId("act-refusal");
    refusal.getStyleClass().add("muted");
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    back.setId("act-back");
    back.setMinWidth(Region.USE_PREF_SIZE);
    back.textProperty().bind(texts.get("switchover.back"));
    back.setOnAction(_ -> viewModel.back());
    back.managedProperty().bind(back.visibleProperty());
    next.setId("act-next");
    next.setMinWidth(Region.USE_PREF_SIZE);
    next.managedProperty().bind(next.visibleProperty());
    next.disableProperty().bind(viewModel.mayGoOnProperty().not());
    next.setOnAction(_ -> viewModel.goOn());
    viewModel.mayGoOnProperty().addListener((_, _, _) -> showRefusal());
    viewModel.reasonProperty().addListener((_, _, _) -> showRefusal());
    viewModel.typedNameProperty().addListener((_, _, _) -> showRefusal());
    HBox buttons = new HBox(10, refusal, gap, back, next);
    buttons.setAlignment(Pos.CENTER_RIGHT);
    return new VBox(8, box, buttons);
  }

  private void relabel() {
    ActKind kind = viewModel.kindProperty().get();
    title.setText(texts.text(kind.key("title")));
    targetText.setText(texts.text(kind.key("text")));
    shown(targets.node(), kind.needsNode());
    boolean options = !kind.options().isEmpty();
    optionCaption.setText(options ? texts.text(kind.key("option")) : "");
    optionText.setText(options ? texts.text(kind.key("option.text")) : "");
    shown(optionCaption, options);
    shown(optionText, options);
    shown(option, options);
    placeFields(kind);
    option.getItems().setAll(kind.options());
    option.setValue(viewModel.optionProperty().get());
    placeStep();
  }

  private static void shown(Node node, boolean there) {
    node.setVisible(there);
    node.setManaged(there);
  }

  private void placeStep() {
    WizardStep now = viewModel.stepProperty().get();
    int number = 0;
    for (WizardStep step : WizardStep.values()) {
      StateLabel label = railOf.get(step);
      if (label == null) {
        continue;
      }
      int order = step.compareTo(now);
      number++;
      label.show(
          order < 0 ? Mark.OK : order == 0 ? Mark.PROGRESS : Mark.UNKNOWN,
          number + "  " + texts.text("switchover.step." + step.name()));
      label.getStyleClass().remove("current");
      if (step == now) {
        label.getStyleClass().add("current");
      }
    }
    // Run and report share a page: nothing moves when an operation ends.
    WizardStep page = now == WizardStep.REPORT ? WizardStep.RUN : now;
    pageOf.forEach((step, node) -> shown(node, step == page));
    back.setVisible(viewModel.mayGoBack());
    next.setVisible(now != WizardStep.RUN);
    next.setText(
        now == WizardStep.CONFIRM
            ? texts.text(viewModel.kindProperty().get().key("go"))
            : now == WizardStep.REPORT
                ? texts.text("operations.again")
                : texts.text("switchover.next." + now.name()));
    next.getStyleClass().removeAll("accent", "danger");
    next.getStyleClass()
        .add(
            now == WizardStep.CONFIRM && viewModel.kindProperty().get().typed()
                ? "danger"
                : "accent");
    showRefusal();
  }

  private void showRefusal() {
    String key = viewModel.refusalKey();
    refusal.setText(key.isEmpty() ? "" : texts.text(key));
  }
}

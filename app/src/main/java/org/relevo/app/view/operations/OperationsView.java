package org.relevo.app.view.operations;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.FileTarget;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.part.StepTexts;
import org.relevo.jmx.contract.ControlEntry;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.RecoveryState;

/// Starts wizards, and lists what runs, what ran and who asked for it.
///
/// Owner: FX thread.
public final class OperationsView implements Screen {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final AppContext context;
  private final Texts texts;
  private final StackPane root = new StackPane();
  private final WizardViewModel wizard;
  private final Node wizardNode;
  private final VBox home;
  private final LiveTable<Progress> list;
  private final LiveTable<ControlEntry> trail;
  private final Poller<History> poller;

  private record History(List<Progress> operations, List<ControlEntry> trail) {}

  public OperationsView(AppContext context) {
    this(context, FileTarget.dialog());
  }

  OperationsView(AppContext context, FileTarget target) {
    this.context = context;
    texts = context.texts();
    wizard = new WizardViewModel(context);
    wizardNode = new WizardPane(context, wizard, target, this::showHome).root();
    wizardNode.getStyleClass().add("screen");
    poller = new Poller<>(context, "operations", PERIOD, this::ask, this::show);
    list = list();
    trail = trail();
    Page page = new Page(context, "operations.title").problem(poller.problemProperty());
    page.note().textProperty().bind(texts.get("operations.text"));
    page.line(starters());
    page.line(caption("operations.list"));
    page.body(list.node());
    page.line(caption("operations.trail"));
    trail.node().setPrefHeight(170);
    trail.node().setMinHeight(120);
    list.node().setMinHeight(160);
    page.line(trail.node());
    home = page.root();
    root.getChildren().addAll(home, wizardNode);
    showHome();
  }

  @Override
  public String id() {
    return ScreenId.OPERATIONS.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    poller.start();
    wizard.open();
  }

  @Override
  public void hidden() {
    poller.stop();
    wizard.leave();
  }

  @Override
  public void refresh() {
    poller.now();
    wizard.refresh();
  }

  @Override
  public void ask(String act, int nodeId) {
    if (act.equals("RUNNING")) {
      context
          .model()
          .controlProperty()
          .get()
          .runningRecovery()
          .ifPresent(running -> {
            Progress known = wizard.progressProperty().get();
            if (known == null || !known.id().equals(running.id())) {
              wizard.watch(Progress.of(running));
            }
            showWizard();
          });
      return;
    }
    ActKind.of(act).ifPresent(kind -> begin(kind, nodeId));
  }

  @Override
  public Optional<String> csv() {
    return Optional.of(list.csv());
  }

  /// For tests of the whole screen.
  WizardViewModel wizard() {
    return wizard;
  }

  private void begin(ActKind kind, int nodeId) {
    wizard.begin(kind, nodeId);
    showWizard();
  }

  private void showWizard() {
    home.setVisible(false);
    wizardNode.setVisible(true);
  }

  private void showHome() {
    wizardNode.setVisible(false);
    home.setVisible(true);
    poller.now();
  }

  private Label caption(String key) {
    Label label = new Label();
    label.getStyleClass().add("section-title");
    label.textProperty().bind(texts.get(key));
    return label;
  }

  /// One button for each wizard; one that cannot work here is off and says why.
  private Node starters() {
    FlowPane pane = new FlowPane(8, 8);
    Button switchover = starter("SWITCHOVER");
    switchover.setOnAction(_ -> context.navigator().show(ScreenId.SWITCHOVER));
    switchover.getStyleClass().add("accent");
    pane.getChildren().add(switchover);
    for (ActKind kind : ActKind.values()) {
      Button button = starter(kind.name());
      button.setOnAction(_ -> begin(kind, -1));
      if (kind == ActKind.FAILOVER) {
        button.getStyleClass().add("danger");
      }
      if (kind.controls()) {
        button
            .disableProperty()
            .bind(context.model().controlProperty().map(now -> now.control().isEmpty()));
      }
      pane.getChildren().add(button);
    }
    return pane;
  }

  private Button starter(String name) {
    Button button = new Button();
    button.setId("start-" + name);
    button.textProperty().bind(texts.get("act." + name + ".start"));
    Tooltip tip = new Tooltip();
    tip.textProperty().bind(texts.get("act." + name + ".text"));
    tip.setWrapText(true);
    tip.setMaxWidth(420);
    button.setTooltip(tip);
    return button;
  }

  private LiveTable<Progress> list() {
    LiveTable<Progress> table = new LiveTable<>(texts, "operations-list", Progress::id);
    table
        .column(
            "operations.state",
            195,
            p -> Cell.state(Mark.of(p.state()), texts.text("operation." + p.state().name())))
        .text("operations.kind", 165, p -> texts.text("kind." + p.kind()))
        .text("nodes.name", 90, p -> p.nodeId() < 0 ? "–" : context.model().nodeName(p.nodeId()))
        .text("switchover.report.started", 85, p -> at(p.startedAtEpochMs()))
        .figure("operations.took", 75, p -> (double) took(p), p -> tookText(p))
        .text("switchover.report.actor", 120, Progress::actor)
        .text("switchover.reason", 130, Progress::reason)
        .text("operations.outcome", 175, Progress::outcome);
    table.placeholder(
        new EmptyState("⚙", texts.get("operations.none"), texts.get("operations.none.text")));
    table
        .node()
        .setOnMouseClicked(click -> {
          if (click.getClickCount() == 2) {
            openSelected();
          }
        });
    table
        .node()
        .setOnKeyPressed(key -> {
          if (key.getCode() == KeyCode.ENTER) {
            openSelected();
          }
        });
    return table;
  }

  private LiveTable<ControlEntry> trail() {
    LiveTable<ControlEntry> table =
        new LiveTable<>(
            texts, "operations-trail", entry -> entry.atEpochMs() + entry.row() + entry.text());
    table
        .text("operations.at", 90, e -> at(e.atEpochMs()))
        .figure("frame.epoch", 70, e -> (double) e.epoch(), e -> Long.toString(e.epoch()))
        .text("switchover.report.actor", 160, ControlEntry::actor)
        .text("operations.row", 80, ControlEntry::row)
        .text("operations.outcome", 620, ControlEntry::text);
    table.placeholder(
        new EmptyState(
            "☰", texts.get("operations.no-trail"), texts.get("operations.no-trail.text")));
    return table;
  }

  private String at(long epochMs) {
    return epochMs < 0
        ? "–"
        : Durations.time(Instant.ofEpochMilli(epochMs), context.clock().getZone());
  }

  private long took(Progress p) {
    long end = p.finishedAtEpochMs() < 0 ? context.clock().millis() : p.finishedAtEpochMs();
    return p.startedAtEpochMs() < 0 ? -1 : end - p.startedAtEpochMs();
  }

  private String tookText(Progress p) {
    return StepTexts.millis(took(p), texts.locale());
  }

  private void openSelected() {
    list.selected()
        .ifPresent(chosen -> {
          if (chosen.running() && chosen.kind().equals("switchover")) {
            context.navigator().show(ScreenId.SWITCHOVER);
          } else {
            wizard.watch(chosen);
            showWizard();
          }
        });
  }

  private History ask(ServiceConnection service) {
    List<Progress> all = new ArrayList<>();
    service.recovery().getRecoveries().forEach(status -> all.add(Progress.of(status)));
    service.failover().getHistory().forEach(status -> all.add(Progress.of(status)));
    all.sort(
        Comparator.comparing((Progress p) -> p.state() != OperationState.RUNNING)
            .thenComparing(Comparator.comparingLong(Progress::startedAtEpochMs).reversed()));
    return new History(all, Presence.of(() -> service.control().getHistory()).orElse(List.of()));
  }

  private void show(History history) {
    list.show(history.operations());
    trail.show(history.trail());
    boolean runs =
        context.model().controlProperty().get().recoveries().stream()
            .anyMatch(r -> r.state() == RecoveryState.RUNNING);
    if (runs && list.selected().isEmpty() && !list.values().isEmpty()) {
      list.node().getSelectionModel().selectFirst();
    }
  }
}

package org.relevo.app.view.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.model.Environment;
import org.relevo.app.model.Mark;
import org.relevo.app.task.Timers;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Ask;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.BenchmarkEngine;
import org.relevo.jmx.contract.BenchmarkScript;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.BenchmarkTables;
import org.relevo.jmx.contract.Role;

/// What a run shall be, and the buttons that start and stop it. On production the cluster's name
/// has to be typed first.
///
/// Owner: FX thread.
final class BenchmarkForm {
  private static final Duration TYPING = Duration.ofMillis(600);
  // About what pgbench's tables take for each unit of scale.
  private static final long MEGABYTES = 16;

  private final AppContext context;
  private final Texts texts;
  private final Questions questions;
  private final Ask ask;
  private final VBox root = new VBox(8);
  private final GridPane grid = new GridPane(10, 6);
  private final TextField label = field("bench-label", "");
  private final ChoiceBox<String> engine = choice("bench-engine", "relevo");
  private final ChoiceBox<String> script = choice("bench-script", "tpcb-like");
  private final TextArea text = new TextArea();
  private final ChoiceBox<String> protocol = choice("bench-protocol", "prepared");
  private final TextField clients = field("bench-clients", "8");
  private final TextField jobs = field("bench-jobs", "1");
  private final TextField seconds = field("bench-seconds", "60");
  private final TextField rate = field("bench-rate", "");
  private final TextField runs = field("bench-runs", "1");
  private final TextField scale = field("bench-scale", "10");
  private final TextField typed = field("bench-typed", "");
  private final Label typedCaption = new Label();
  private final Label refusal = new Label();
  private final Label scriptProblem = new Label();
  private final Button start = new Button();
  private final Button stop = new Button();
  private final Button tables = new Button();
  private Timers.Cancel checkLater = () -> {};
  private boolean offered;

  BenchmarkForm(AppContext context, Questions questions, Ask ask) {
    this.context = context;
    texts = context.texts();
    this.questions = questions;
    this.ask = ask;
    root.getStyleClass().add("card");
    root.setMinWidth(Region.USE_PREF_SIZE);
    root.setPrefWidth(360);
    build();
    for (TextField each : List.of(label, clients, jobs, seconds, rate, runs, scale, typed)) {
      each.textProperty().addListener((_, _, _) -> review());
    }
    script
        .valueProperty()
        .addListener((_, _, chosen) -> {
          if (chosen == null) {
            // Between two lists of choices.
            return;
          }
          boolean own = chosen.equals(PlanInput.OWN);
          text.setVisible(own);
          text.setManaged(own);
          checkScript();
        });
    text.textProperty().addListener((_, _, _) -> checkScript());
    context.model().benchmarkStatusProperty().addListener((_, _, _) -> review());
    context.model().roleProperty().addListener((_, _, _) -> review());
    context.model().environmentProperty().addListener((_, _, _) -> review());
    texts.localeProperty().addListener((_, _, _) -> review());
    review();
  }

  Node root() {
    return root;
  }

  /// What the service can run.
  void offer(List<BenchmarkEngine> engines, List<BenchmarkScript> scripts) {
    keep(engine, engines.stream().map(BenchmarkEngine::name).toList());
    List<String> names =
        new java.util.ArrayList<>(scripts.stream().map(BenchmarkScript::name).toList());
    names.add(PlanInput.OWN);
    keep(script, names);
    // Once: a person who emptied it wants it empty.
    if (!offered && !scripts.isEmpty()) {
      offered = true;
      if (text.getText().isEmpty()) {
        text.setText(scripts.getFirst().text());
      }
    }
  }

  private static void keep(ChoiceBox<String> box, List<String> items) {
    if (!box.getItems().equals(items) && !items.isEmpty()) {
      String before = box.getValue();
      box.getItems().setAll(items);
      box.setValue(before != null && items.contains(before) ? before : items.getFirst());
    }
  }

  private void build() {
    Label title = new Label();
    title.getStyleClass().add("section-title");
    title.textProperty().bind(texts.get("benchmark.form"));
    row("benchmark.label", label);
    row("benchmark.engine", engine);
    row("benchmark.script", script);
    text.setId("bench-text");
    text.getStyleClass().add("mono");
    text.setPrefRowCount(6);
    text.setVisible(false);
    text.setManaged(false);
    text.accessibleTextProperty().bind(texts.get("benchmark.script"));
    scriptProblem.setId("bench-script-problem");
    scriptProblem.getStyleClass().add("field-message");
    scriptProblem.setWrapText(true);
    scriptProblem.managedProperty().bind(scriptProblem.textProperty().isNotEmpty());
    protocol.getItems().setAll("simple", "extended", "prepared");
    row("benchmark.protocol", protocol);
    row("benchmark.clients", clients);
    row("benchmark.jobs", jobs);
    row("benchmark.seconds", seconds);
    row("benchmark.rate", rate);
    row("benchmark.runs", runs);
    rate.promptTextProperty().bind(texts.get("benchmark.rate.prompt"));
    label.promptTextProperty().bind(texts.get("benchmark.label.prompt"));
    typedCaption.setWrapText(true);
    typedCaption.setLabelFor(typed);
    refusal.setId("bench-refusal");
    refusal.getStyleClass().add("muted");
    refusal.setWrapText(true);
    refusal.setMinHeight(Region.USE_PREF_SIZE);
    button(start, "bench-start", "benchmark.start", this::start);
    start.getStyleClass().add("accent");
    button(stop, "bench-stop", "benchmark.stop", this::stop);
    button(tables, "bench-tables", "benchmark.tables", this::makeTables);
    Label scaleCaption = new Label();
    scaleCaption.textProperty().bind(texts.get("benchmark.scale"));
    scaleCaption.setLabelFor(scale);
    scaleCaption.setMinWidth(Region.USE_PREF_SIZE);
    scale.setPrefColumnCount(5);
    HBox make = new HBox(8, scaleCaption, scale, tables);
    make.setAlignment(javafx.geometry.Pos.CENTER_LEFT);
    root.getChildren()
        .addAll(
            title,
            grid,
            text,
            scriptProblem,
            typedCaption,
            typed,
            new HBox(8, start, stop),
            refusal,
            make);
  }

  private void row(String key, javafx.scene.control.Control control) {
    Label caption = new Label();
    caption.textProperty().bind(texts.get(key));
    caption.setMinWidth(Region.USE_PREF_SIZE);
    caption.setLabelFor(control);
    control.setMaxWidth(Double.MAX_VALUE);
    GridPane.setHgrow(control, Priority.ALWAYS);
    grid.addRow(grid.getRowCount(), caption, control);
  }

  private static TextField field(String id, String first) {
    TextField made = new TextField(first);
    made.setId(id);
    return made;
  }

  private static ChoiceBox<String> choice(String id, String first) {
    ChoiceBox<String> made = new ChoiceBox<>();
    made.setId(id);
    made.getItems().setAll(first);
    made.setValue(first);
    return made;
  }

  private void button(Button button, String id, String key, Runnable action) {
    button.setId(id);
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.textProperty().bind(texts.get(key));
    button.setOnAction(_ -> action.run());
  }

  PlanInput input() {
    return new PlanInput(
        label.getText(),
        engine.getValue(),
        script.getValue(),
        text.getText(),
        protocol.getValue(),
        clients.getText(),
        jobs.getText(),
        seconds.getText(),
        rate.getText(),
        runs.getText());
  }

  private String refusalKey() {
    if (!context.model().roleProperty().get().includes(Role.OPERATOR)) {
      return "operations.refusal.role";
    }
    String wrong = input().wrong();
    if (!wrong.isEmpty()) {
      return wrong;
    }
    return allowed() ? "" : "benchmark.need.typed";
  }

  /// On production not before the name was typed; nothing matches a name that is not known yet.
  private boolean allowed() {
    return !production() || (!cluster().isEmpty() && typed.getText().strip().equals(cluster()));
  }

  private boolean production() {
    return context.model().environmentProperty().get() == Environment.PRODUCTION;
  }

  private String cluster() {
    var status = context.model().statusProperty().get();
    return status == null ? "" : status.clusterName();
  }

  private boolean busy() {
    BenchmarkStatus now = context.model().benchmarkStatusProperty().get();
    return now != null
        && (now.state() == BenchmarkState.RUNNING || now.state() == BenchmarkState.INITIALISING);
  }

  private void review() {
    boolean operator = context.model().roleProperty().get().includes(Role.OPERATOR);
    String key = refusalKey();
    refusal.setText(busy() || key.isEmpty() ? "" : texts.text(key));
    start.setDisable(busy() || !key.isEmpty());
    stop.setDisable(!busy() || !operator);
    tables.setDisable(
        busy() || !operator || !allowed() || !scale.getText().strip().matches("[1-9]\\d{0,4}"));
    typedCaption.setText(
        production()
            ? Mark.WARN.symbol() + " " + texts.text("benchmark.production", cluster())
            : "");
    for (Node node : List.of(typedCaption, typed)) {
      node.setVisible(production());
      node.setManaged(production());
    }
  }

  private void start() {
    PlanInput input = input();
    then(service -> service.benchmark().run(input.plan()));
  }

  private void stop() {
    then(service -> service.benchmark().stop());
  }

  private void makeTables() {
    int wanted = Integer.parseInt(scale.getText().strip());
    ask.ask(
        texts.text("benchmark.tables.sure", wanted, wanted * MEGABYTES),
        texts.text("benchmark.tables.go"),
        () ->
            then(service ->
                service.benchmark().fill(new BenchmarkTables(wanted, 100, false, false))));
  }

  private void then(Consumer<org.relevo.app.remote.ServiceConnection> act) {
    questions.ask(
        "benchmark",
        service -> {
          act.accept(service);
          return true;
        },
        _ -> review());
  }

  private void askAboutScript() {
    String asked = text.getText();
    questions.ask(
        "script",
        service -> service.benchmark().checkScript(asked),
        problem -> {
          // Answers may come late, and out of order.
          if (PlanInput.OWN.equals(script.getValue()) && asked.equals(text.getText())) {
            scriptProblem.setText(problem);
          }
        });
  }

  /// After a pause in typing, so that not each letter asks.
  private void checkScript() {
    checkLater.cancel();
    if (!PlanInput.OWN.equals(script.getValue())) {
      scriptProblem.setText("");
      review();
      return;
    }
    checkLater = context.tasks().after(TYPING, this::askAboutScript);
    review();
  }
}

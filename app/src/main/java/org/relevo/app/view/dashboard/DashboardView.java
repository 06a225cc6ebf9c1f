package org.relevo.app.view.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.application.Platform;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.SnapshotParameters;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;
import org.relevo.app.chart.TimeChart;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.DataState;
import org.relevo.app.view.part.ExportFile;
import org.relevo.app.view.part.FileTarget;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.part.TimeTools;
import org.relevo.jmx.contract.NodeInfo;

/// Binds the [DashboardViewModel] to tiles and charts.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class DashboardView implements Screen {
  private static final KeyCombination EXPORT =
      new KeyCodeCombination(KeyCode.E, KeyCombination.SHORTCUT_DOWN);
  private static final Duration EXPORT_DEADLINE = Duration.ofSeconds(20);
  private static final Duration NOTICE_TIME = Duration.ofSeconds(10);
  private static final Duration PAST_PERIOD = Duration.ofSeconds(10);

  private final AppContext context;
  private final Texts texts;
  private final FileTarget target;
  private final DashboardViewModel viewModel;
  private final Map<DashboardChart, TimeChart> charts = new EnumMap<>(DashboardChart.class);
  private final Map<Tile, TileNode> tileNodes = new EnumMap<>(Tile.class);
  private final Map<Integer, CheckMenuItem> nodeItems = new HashMap<>();
  private final Map<Integer, List<ChartLine>> nodeLines = new HashMap<>();
  private final Poller<Optional<DashboardPast.Answer>> past;
  private final Parent root;
  private volatile DashboardPast.@Nullable Question question;
  private boolean visible;
  private String notice = "";
  private Instant noticeUntil = Instant.MIN;

  @FXML private Label title;
  @FXML private Label message;
  @FXML private HBox windows;
  @FXML private MenuButton nodes;
  @FXML private ToggleButton pause;
  @FXML private HBox tiles;
  @FXML private ScrollPane scroll;
  @FXML private StackPane chartHolder;

  private record ChartLine(DashboardChart chart, String lineId) {}

  public DashboardView(AppContext context) {
    this(context, FileTarget.dialog());
  }

  DashboardView(AppContext context, FileTarget target) {
    this.context = context;
    this.texts = context.texts();
    this.target = target;
    this.viewModel = new DashboardViewModel(context.model(), texts, context.time());
    this.past =
        new Poller<>(
            context,
            "past",
            PAST_PERIOD,
            this::askPast,
            answer -> answer.ifPresent(this::showPast));
    this.root = FxmlFile.load(this);
    title.textProperty().bind(texts.get("dashboard.title"));
    buildTiles();
    buildCharts();
    buildToolBar();
    root.addEventHandler(KeyEvent.KEY_PRESSED, this::onKey);
    viewModel.revisionProperty().addListener((_, _, _) -> show());
    texts.localeProperty().subscribe(locale -> charts.values().forEach(c -> c.setLocale(locale)));
  }

  @Override
  public String id() {
    return ScreenId.DASHBOARD.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    visible = true;
    charts.values().forEach(chart -> chart.setLive(true));
    viewModel.setVisible(true);
    show();
    timeChosen();
    // Later: on the first visit the page is not in the window yet.
    Platform.runLater(chart(DashboardChart.THROUGHPUT).node()::requestFocus);
  }

  @Override
  public void hidden() {
    visible = false;
    past.stop();
    viewModel.setVisible(false);
    charts.values().forEach(chart -> chart.setLive(false));
  }

  DashboardViewModel viewModel() {
    return viewModel;
  }

  TimeChart chart(DashboardChart which) {
    TimeChart chart = charts.get(which);
    if (chart == null) {
      throw new IllegalStateException("no chart " + which);
    }
    return chart;
  }

  private void buildTiles() {
    for (Tile tile : Tile.values()) {
      TileNode node = new TileNode(tile, texts);
      tileNodes.put(tile, node);
      tiles.getChildren().add(node);
    }
  }

  private void buildCharts() {
    for (DashboardChart which : DashboardChart.values()) {
      TimeChart chart = TimeChart.create(which.nodeId(), which.unit());
      chart.titleProperty().bind(texts.get(which.titleKey()));
      chart.emptyTextProperty().bind(texts.get(which.emptyKey()));
      chart.idleTextProperty().bind(texts.get(which.idleKey()));
      charts.put(which, chart);
    }
    viewModel.lines().addClusterLines(this::makeLine);
    ChartGrid grid = new ChartGrid();
    charts.values().forEach(chart -> grid.getChildren().add(chart.node()));
    chartHolder.getChildren().add(grid);
    scroll.setFitToWidth(true);
    scroll.setFitToHeight(true);
  }

  private void buildToolBar() {
    windows.getChildren().add(new TimeTools(texts, context.time(), "dashboard").node());
    charts.values().forEach(chart -> chart.follow(context.time()));
    context.time().windowProperty().subscribe(this::timeChosen);
    context.time().zoomProperty().subscribe(this::timeChosen);
    nodes.textProperty().bind(texts.get("dashboard.nodes"));
    pause.selectedProperty().bindBidirectional(viewModel.pausedProperty());
    pause
        .textProperty()
        .bind(
            texts.made(
                () ->
                    texts.text(
                        viewModel.pausedProperty().get() ? "dashboard.resume" : "dashboard.pause"),
                viewModel.pausedProperty()));
  }

  /// Asks for the past when the charts show more of it than this window keeps. Another screen may
  /// have chosen the time: nothing is asked for a page that nobody sees.
  private void timeChosen() {
    if (!visible) {
      return;
    }
    past.stop();
    question = viewModel.pastQuestion();
    if (question == null) {
      viewModel.leavePast();
    } else {
      past.start();
    }
  }

  private Optional<DashboardPast.Answer> askPast(ServiceConnection service) {
    DashboardPast.Question asked = question;
    return asked == null
        ? Optional.empty()
        : Optional.of(DashboardPast.read(service, asked, context.clock().millis()));
  }

  private void showPast(DashboardPast.Answer answer) {
    DashboardPast.Question now = viewModel.pastQuestion();
    if (now == null) {
      timeChosen();
    } else {
      question = now;
      viewModel.showPast(answer);
    }
  }

  private TimeSeries makeLine(DashboardChart which, String lineId, String textKey, int nodeId) {
    TimeSeries series =
        chart(which)
            .addSeries(
                lineId,
                nodeId == DashboardLines.NO_NODE
                    ? texts.get(textKey)
                    : texts.made(() -> texts.text(textKey, viewModel.nodeName(nodeId))));
    if (nodeId != DashboardLines.NO_NODE) {
      nodeLines.computeIfAbsent(nodeId, _ -> new ArrayList<>()).add(new ChartLine(which, lineId));
    }
    return series;
  }

  /// Brings everything on the screen to the view model's present.
  private void show() {
    viewModel.lines().addNodeLines(this::makeLine);
    viewModel.lines().pull();
    if ((question == null) != (viewModel.pastQuestion() == null)) {
      // Charts that stand still show what this window keeps no longer, or go on again.
      timeChosen();
    }
    for (NodeInfo node : viewModel.nodes()) {
      showNode(node);
    }
    for (Tile tile : Tile.values()) {
      TileNode node = tileNodes.get(tile);
      if (node != null) {
        node.show(viewModel.tile(tile));
      }
    }
    charts.forEach((which, chart) -> {
      chart.staleTextProperty().set(viewModel.staleText(which));
      chart.setMarks(viewModel.marksOf(which));
      chart.showUntil(viewModel.shownUntilMs());
    });
    showMessage();
  }

  private void showNode(NodeInfo node) {
    CheckMenuItem item =
        nodeItems.computeIfAbsent(
            node.id(),
            id -> {
              CheckMenuItem made = new CheckMenuItem();
              made.setId("node-" + id);
              made.setOnAction(_ -> viewModel.showNode(id, made.isSelected()));
              nodes.getItems().add(made);
              return made;
            });
    item.setText(node.name());
    item.setDisable(!viewModel.lines().draws(node.id()));
    item.setSelected(viewModel.nodeShown(node.id()) && viewModel.lines().draws(node.id()));
    for (ChartLine line : nodeLines.getOrDefault(node.id(), List.of())) {
      chart(line.chart()).setSeriesVisible(line.lineId(), viewModel.nodeShown(node.id()));
    }
  }

  private void showMessage() {
    String problems = viewModel.problems();
    String text =
        switch (viewModel.state()) {
          case DataState.Disconnected _ -> texts.text("dashboard.state.disconnected");
          case DataState.Loading loading ->
              texts.text("dashboard.state.loading", loading.address());
          case DataState.Lost lost ->
              texts.text(
                  "dashboard.state.lost", Durations.time(lost.since(), context.clock().getZone()));
          case DataState.Silent silent ->
              texts.text("dashboard.state.silent", silent.age().toSeconds());
          case DataState.Stale stale ->
              texts.text("dashboard.state.stale", stale.age().toSeconds());
          case DataState.Live _ ->
              !problems.isEmpty()
                  ? texts.text("dashboard.state.problems", problems)
                  : pastProblem().isEmpty() ? calmMessage() : pastProblem();
        };
    message.setText(text);
    message.setVisible(!text.isEmpty());
    boolean calm =
        viewModel.state() instanceof DataState.Live
            && problems.isEmpty()
            && pastProblem().isEmpty();
    message.getStyleClass().removeAll("st-warn", "muted");
    message.getStyleClass().add(calm ? "muted" : "st-warn");
  }

  /// Why the charts show less than was chosen, "" when they do not.
  private String pastProblem() {
    String reason = past.problemProperty().get();
    return question == null || reason.isEmpty()
        ? ""
        : texts.text("dashboard.state.no-past", reason);
  }

  private String calmMessage() {
    if (context.clock().instant().isBefore(noticeUntil)) {
      return notice;
    }
    return viewModel.pausedProperty().get() ? texts.text("dashboard.state.paused") : "";
  }

  private void onKey(KeyEvent event) {
    if (EXPORT.match(event)) {
      export();
      event.consume();
    } else if (event.getCode() == KeyCode.SPACE && !event.isShortcutDown()) {
      viewModel.pausedProperty().set(!viewModel.pausedProperty().get());
      event.consume();
    }
  }

  /// Writes the chart that has the focus, else all of them: lines as CSV or the picture as PNG.
  private void export() {
    Optional<TimeChart> focused =
        charts.values().stream()
            .filter(chart -> chart.node().equals(root.getScene().getFocusOwner()))
            .findFirst();
    String name = focused.map(chart -> chart.node().getId()).orElse("dashboard");
    Optional<Path> path =
        target.ask(
            root.getScene().getWindow(),
            texts.text("dashboard.export.title"),
            "relevo-" + name + ".csv",
            List.of("csv", "png"));
    path.ifPresent(chosen -> {
      ExportFile file = content(chosen, focused);
      context
          .tasks()
          .run(
              "export " + chosen.getFileName(),
              EXPORT_DEADLINE,
              file::write,
              written -> say("dashboard.export.done", written),
              failure -> say("dashboard.export.failed", String.valueOf(failure.getMessage())));
    });
  }

  private ExportFile content(Path path, Optional<TimeChart> focused) {
    try {
      if (ExportFile.isPicture(path)) {
        SnapshotParameters parameters = new SnapshotParameters();
        parameters.setFill(root.getScene().getFill());
        return ExportFile.png(
            path, focused.isPresent() ? focused.get().picture() : root.snapshot(parameters, null));
      }
      StringBuilder text = new StringBuilder();
      for (TimeChart chart : focused.map(List::of).orElseGet(() -> List.copyOf(charts.values()))) {
        if (focused.isEmpty()) {
          text.append(text.isEmpty() ? "" : "\r\n").append(chart.titleProperty().get());
          text.append("\r\n");
        }
        chart.writeCsv(text);
      }
      return ExportFile.text(path, text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot fail", e);
    }
  }

  private void say(String key, Object detail) {
    notice = texts.text(key, detail.toString());
    noticeUntil = context.clock().instant().plus(NOTICE_TIME);
    showMessage();
  }
}

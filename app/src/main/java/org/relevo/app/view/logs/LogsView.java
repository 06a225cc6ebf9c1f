package org.relevo.app.view.logs;

import java.time.Duration;
import java.util.List;
import javafx.application.Platform;
import javafx.collections.ListChangeListener;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.FxmlFile;
import org.relevo.app.frame.Screen;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.DataState;
import org.relevo.app.view.part.ExportFile;
import org.relevo.app.view.part.FileTarget;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogSource;

/// Binds the [LogsViewModel] to one list, a filter bar and the sources beside it.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class LogsView implements Screen {
  private static final KeyCombination FIND =
      new KeyCodeCombination(KeyCode.F, KeyCombination.SHORTCUT_DOWN);
  private static final KeyCombination COPY =
      new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);
  private static final KeyCombination EXPORT =
      new KeyCodeCombination(KeyCode.E, KeyCombination.SHORTCUT_DOWN);
  private static final Duration EXPORT_DEADLINE = Duration.ofSeconds(20);
  private static final double ROW_HEIGHT = 21;
  private static final List<LogLevel> LEAST =
      List.of(LogLevel.UNKNOWN, LogLevel.INFO, LogLevel.WARN, LogLevel.ERROR);

  private final AppContext context;
  private final Texts texts;
  private final FileTarget target;
  private final LogsViewModel viewModel;
  private final Parent root;
  private List<LogSource> shownSources = List.of();

  @FXML private Label title;
  @FXML private Label message;
  @FXML private TextField search;
  @FXML private ChoiceBox<LogLevel> least;
  @FXML private ToggleButton follow;
  @FXML private ToggleButton pause;
  @FXML private Button copy;
  @FXML private Label sourcesTitle;
  @FXML private VBox sources;
  @FXML private ListView<LogEntry> list;
  @FXML private TextArea details;
  @FXML private Label count;

  public LogsView(AppContext context) {
    this(context, FileTarget.dialog());
  }

  LogsView(AppContext context, FileTarget target) {
    this.context = context;
    this.texts = context.texts();
    this.target = target;
    this.viewModel =
        new LogsViewModel(
            context.connection(), context.model(), context.tasks(), texts, context.clock());
    this.root = FxmlFile.load(this);
    bindBar();
    bindList();
    root.addEventFilter(KeyEvent.KEY_PRESSED, this::onKey);
    viewModel.revisionProperty().addListener((_, _, _) -> show());
    texts.localeProperty().addListener((_, _, _) -> languageChanged());
    show();
  }

  @Override
  public String id() {
    return ScreenId.LOGS.id();
  }

  @Override
  public Node root() {
    return root;
  }

  @Override
  public void shown() {
    viewModel.setVisible(true);
    // Later: on the first visit the page is not in the window yet.
    Platform.runLater(list::requestFocus);
  }

  @Override
  public void hidden() {
    viewModel.setVisible(false);
  }

  @Override
  public void refresh() {
    viewModel.read();
  }

  LogsViewModel viewModel() {
    return viewModel;
  }

  private void bindBar() {
    title.textProperty().bind(texts.get("logs.title"));
    search.promptTextProperty().bind(texts.get("logs.search"));
    search.accessibleTextProperty().bind(texts.get("logs.search"));
    search.textProperty().bindBidirectional(viewModel.searchProperty());
    least.accessibleTextProperty().bind(texts.get("logs.least"));
    least.getItems().setAll(LEAST);
    least.setConverter(new LeastNames());
    least.valueProperty().bindBidirectional(viewModel.leastProperty());
    follow.textProperty().bind(texts.get("logs.follow"));
    follow.selectedProperty().bindBidirectional(viewModel.followProperty());
    viewModel.followProperty().subscribe(this::followNow);
    pause.selectedProperty().bindBidirectional(viewModel.pausedProperty());
    pause
        .textProperty()
        .bind(
            texts.made(
                () -> texts.text(viewModel.pausedProperty().get() ? "logs.resume" : "logs.pause"),
                viewModel.pausedProperty()));
    copy.textProperty().bind(texts.get("logs.copy"));
    copy.setOnAction(_ -> copySelected());
    sourcesTitle.textProperty().bind(texts.get("logs.sources"));
  }

  private void bindList() {
    list.setItems(viewModel.shown());
    list.setFixedCellSize(ROW_HEIGHT);
    list.setCellFactory(_ -> new LogCell(viewModel, texts));
    list.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    list.accessibleTextProperty().bind(texts.get("logs.accessible"));
    copy.disableProperty().bind(list.getSelectionModel().selectedItemProperty().isNull());
    list.getSelectionModel()
        .selectedItemProperty()
        .subscribe(entry -> details.setText(entry == null ? "" : viewModel.plain(entry)));
    details.visibleProperty().bind(list.getSelectionModel().selectedItemProperty().isNotNull());
    details.managedProperty().bind(details.visibleProperty());
    details.accessibleTextProperty().bind(texts.get("logs.details"));
    // Reading further up means that the newest line is not wanted in sight any more.
    list.addEventFilter(
        ScrollEvent.SCROLL,
        event -> {
          if (event.getDeltaY() > 0) {
            viewModel.followProperty().set(false);
          }
        });
    viewModel
        .shown()
        .addListener(
            (ListChangeListener<LogEntry>) _ -> followNow(viewModel.followProperty().get()));
  }

  /// Scrolls after the list has taken the change in.
  private void followNow(boolean wanted) {
    if (wanted) {
      Platform.runLater(() -> {
        if (!list.getItems().isEmpty() && viewModel.followProperty().get()) {
          list.scrollTo(list.getItems().size() - 1);
        }
      });
    }
  }

  private void show() {
    showSources();
    showMessage();
    count.setText(
        texts.text("logs.count", viewModel.shown().size(), viewModel.total(), LogStream.CAPACITY));
    list.setPlaceholder(placeholder());
    list.getStyleClass().remove("stale");
    if (!DataState.of(context.model()).current()) {
      list.getStyleClass().add("stale");
    }
  }

  private void showSources() {
    List<LogSource> now = viewModel.sources();
    boolean same =
        now.stream()
            .map(LogSource::id)
            .toList()
            .equals(shownSources.stream().map(LogSource::id).toList());
    shownSources = now;
    if (!same) {
      sources.getChildren().setAll(now.stream().map(this::sourceBox).toList());
    }
    for (int i = 0; i < now.size(); i++) {
      if (sources.getChildren().get(i) instanceof CheckBox box) {
        String problem = viewModel.problemOf(now.get(i).id());
        box.setSelected(viewModel.sourceShown(now.get(i).id()));
        box.setText(
            problem.isEmpty()
                ? sourceName(now.get(i))
                : "\u2716 " + sourceName(now.get(i)) + "\n" + problem);
        box.getStyleClass().remove("st-critical");
        if (!problem.isEmpty()) {
          box.getStyleClass().add("st-critical");
        }
      }
    }
  }

  private CheckBox sourceBox(LogSource source) {
    CheckBox box = new CheckBox();
    box.setId("source-" + source.id());
    box.setWrapText(true);
    box.setMaxWidth(Double.MAX_VALUE);
    box.setOnAction(_ -> viewModel.showSource(source.id(), box.isSelected()));
    return box;
  }

  private String sourceName(LogSource source) {
    String owner =
        source.nodeId() < 0
            ? texts.text("logs.source.service")
            : context.model().nodeName(source.nodeId());
    return source.id() + "\n" + owner;
  }

  private void showMessage() {
    String text =
        switch (DataState.of(context.model())) {
          case DataState.Lost _ -> texts.text("logs.state.lost");
          case DataState.Silent silent -> texts.text("logs.state.silent", silent.age().toSeconds());
          case DataState.Disconnected _, DataState.Loading _, DataState.Live _, DataState.Stale _ ->
              viewModel.problem().isEmpty() && viewModel.pausedProperty().get()
                  ? texts.text("logs.state.paused")
                  : viewModel.problem();
        };
    message.setText(text);
    message.setVisible(!text.isEmpty());
    message.getStyleClass().removeAll("st-warn", "muted");
    message.getStyleClass().add(viewModel.pausedProperty().get() ? "muted" : "st-warn");
  }

  private Label placeholder() {
    String key = "logs.empty.none";
    if (!viewModel.answered()) {
      key = "logs.empty.reading";
    } else if (viewModel.sources().stream().noneMatch(s -> viewModel.sourceShown(s.id()))) {
      key = "logs.empty.sources";
    } else if (viewModel.filtered()) {
      key = "logs.empty.filter";
    }
    Label label = new Label(texts.text(key));
    label.setWrapText(true);
    label.getStyleClass().add("muted");
    return label;
  }

  private void languageChanged() {
    least.setConverter(new LeastNames());
    list.refresh();
    show();
  }

  private void onKey(KeyEvent event) {
    boolean inText = search.isFocused() || details.isFocused();
    if (FIND.match(event)) {
      search.requestFocus();
      search.selectAll();
      event.consume();
    } else if (EXPORT.match(event)) {
      export();
      event.consume();
    } else if (COPY.match(event) && !inText) {
      copySelected();
      event.consume();
    } else if (event.getCode() == KeyCode.ESCAPE && search.isFocused()) {
      viewModel.clearFilter();
      list.requestFocus();
      event.consume();
    } else if (list.isFocused()) {
      onListKey(event);
    }
  }

  private void onListKey(KeyEvent event) {
    switch (event.getCode()) {
      case SPACE -> {
        viewModel.pausedProperty().set(!viewModel.pausedProperty().get());
        event.consume();
      }
      case END -> viewModel.followProperty().set(true);
      case UP, PAGE_UP, HOME -> viewModel.followProperty().set(false);
      default -> {
        // The list's own keys.
      }
    }
  }

  private void copySelected() {
    List<LogEntry> selected = List.copyOf(list.getSelectionModel().getSelectedItems());
    if (!selected.isEmpty()) {
      ClipboardContent content = new ClipboardContent();
      content.putString(viewModel.plain(selected));
      Clipboard.getSystemClipboard().setContent(content);
    }
  }

  private void export() {
    target
        .ask(
            root.getScene().getWindow(),
            texts.text("logs.export.title"),
            "relevo.log",
            List.of("log", "txt"))
        .ifPresent(path -> {
          ExportFile file = ExportFile.text(path, viewModel.plain(viewModel.shown()));
          context
              .tasks()
              .run(
                  "export " + path.getFileName(),
                  EXPORT_DEADLINE,
                  file::write,
                  written -> say("logs.export.done", written),
                  failure -> say("logs.export.failed", String.valueOf(failure.getMessage())));
        });
  }

  private void say(String key, Object detail) {
    message.setText(texts.text(key, detail.toString()));
    message.setVisible(true);
  }

  /// The levels as choices.
  private final class LeastNames extends StringConverter<LogLevel> {
    @Override
    public String toString(@Nullable LogLevel level) {
      return level == null ? "" : texts.text("logs.least." + level.name());
    }

    @Override
    public LogLevel fromString(String name) {
      return LEAST.stream()
          .filter(level -> toString(level).equals(name))
          .findFirst()
          .orElse(LogLevel.UNKNOWN);
    }
  }
}

package org.relevo.app.frame;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.binding.StringBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableBooleanValue;
import javafx.fxml.FXML;
import javafx.geometry.Insets;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.controlsfx.control.NotificationPane;
import org.controlsfx.control.StatusBar;
import org.controlsfx.control.action.Action;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.Environment;
import org.relevo.app.model.Mark;
import org.relevo.app.record.Recorder;
import org.relevo.app.record.Replay;
import org.relevo.app.remote.Session;
import org.relevo.app.task.Timers;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;

/// The window's content: top bar, banner, navigation, the visible screen and the status bar.
///
/// Owner: FX thread.
// The loader fills the annotated fields before the constructor goes on.
@SuppressWarnings("NullAway.Init")
public final class FrameView {
  private static final Duration NOTICE_TIME = Duration.ofSeconds(8);

  private final AppContext context;
  private final Session session;
  private final FrameViewModel viewModel;
  private final ObjectProperty<Theme> themeProperty;
  private final StackPane root;
  // Bindings are reached weakly from what they depend on: this one is kept by its field.
  private final BooleanBinding disconnected;
  private final BooleanBinding needsPerson;
  private final EmptyState unconnected;
  private final NavigationList navigationList;

  @FXML private HBox banner;
  @FXML private Label clusterName;
  @FXML private Label environment;
  @FXML private Label connectionCaption;
  @FXML private StateLabel connectionState;
  @FXML private Label primaryCaption;
  @FXML private Label primary;
  @FXML private Label protectionCaption;
  @FXML private StateLabel protection;
  @FXML private Label roleCaption;
  @FXML private Label role;
  @FXML private StateLabel held;
  @FXML private VBox bars;
  @FXML private Button recording;
  @FXML private Button scheduled;
  @FXML private Button operation;
  @FXML private Button alarms;
  @FXML private Button newCluster;
  @FXML private Button commands;
  @FXML private ChoiceBox<Locale> language;
  @FXML private Button theme;
  @FXML private StateLabel bannerState;
  @FXML private Label bannerText;
  @FXML private Button bannerRetry;
  @FXML private VBox navigation;
  @FXML private NotificationPane notifications;
  @FXML private StackPane content;
  @FXML private StatusBar statusBar;

  private final CommandPalette palette;
  private Runnable onNewCluster = () -> {};
  private Consumer<Consumer<String>> exporter = _ -> {};
  private Consumer<Consumer<String>> printer = _ -> {};
  private Timers.Cancel hideLater = () -> {};

  public FrameView(AppContext context, Session session, Theme start) {
    this.context = context;
    this.session = session;
    themeProperty = new SimpleObjectProperty<>(start);
    viewModel = new FrameViewModel(context.model(), context.texts(), context.clock());
    disconnected = viewModel.disconnected();
    needsPerson = viewModel.needsPerson();
    palette = new CommandPalette(context.texts());
    root = new StackPane(FxmlFile.load(this), palette.node());
    root.getStyleClass().add("cluster-frame");
    root.addEventHandler(KeyEvent.KEY_PRESSED, this::space);
    Texts texts = context.texts();
    unconnected =
        new EmptyState("⇄", texts.get("frame.unconnected"), texts.get("frame.unconnected.text"))
            .withAction(texts.get("frame.go-connect"), () -> show(ScreenId.CONNECT));
    bindTopBar();
    bindBanner();
    navigationList = new NavigationList(context, navigation);
    bindContent();
    bindNotifications();
    statusBar.textProperty().bind(viewModel.statusText());
    // These only show something: the Tab key goes on to what can be done.
    statusBar.setFocusTraversable(false);
    notifications.setFocusTraversable(false);
    Label keys = new Label();
    keys.textProperty().bind(texts.get("frame.keys"));
    keys.getStyleClass().add("muted");
    keys.setMaxHeight(Double.MAX_VALUE);
    Label place = new Label();
    place.textProperty().bind(viewModel.place());
    place.getStyleClass().add("muted");
    place.setMaxHeight(Double.MAX_VALUE);
    place.setPadding(new Insets(0, 28, 0, 0));
    statusBar.getRightItems().addAll(place, keys);
  }

  public Parent root() {
    return root;
  }

  /// Cluster and product, for the window's title.
  public StringBinding titleText() {
    return context.texts().get("frame.title", viewModel.windowName());
  }

  /// What a tab of this cluster is called.
  public StringBinding tabText() {
    return viewModel.tab();
  }

  /// What is recorded, and what is replayed.
  public void records(Recorder recorder, Replay replay) {
    bars.getChildren().add(new ReplayBar(context, replay).root());
    visible(recording, recorder.pollsProperty().greaterThanOrEqualTo(0));
    recording.textProperty().bind(context.texts().get("frame.recording", recorder.pollsProperty()));
    recording.setOnAction(_ -> recorder.stop());
  }

  public CommandPalette palette() {
    return palette;
  }

  /// Opens another cluster beside this one.
  public void onNewCluster(Runnable action) {
    onNewCluster = action;
  }

  /// Writes what is shown to a file; gets where to tell the outcome.
  public void exporter(Consumer<Consumer<String>> action) {
    exporter = action;
  }

  /// Asks for a file and writes the visible screen to it.
  public void export() {
    exporter.accept(this::say);
  }

  /// Prints what is shown; gets where to tell the outcome.
  public void printer(Consumer<Consumer<String>> action) {
    printer = action;
  }

  public void print() {
    printer.accept(this::say);
  }

  /// Says something that needs no answer, for a while.
  public void say(String words) {
    notifications.getActions().clear();
    notifications.show(words);
    hideLater.cancel();
    hideLater = context.tasks().after(NOTICE_TIME, notifications::hide);
  }

  /// The look; the owner of the scene follows it.
  public ObjectProperty<Theme> themeProperty() {
    return themeProperty;
  }

  /// Adds the keys that work everywhere.
  public void installKeys(Scene scene) {
    Map<KeyCombination, Runnable> keys = scene.getAccelerators();
    for (ScreenId id : ScreenId.values()) {
      if (context.navigator().has(id)) {
        keys.put(id.shortcut(), () -> show(id));
      }
    }
    keys.put(new KeyCodeCombination(KeyCode.F5), this::refresh);
    keys.put(new KeyCodeCombination(KeyCode.K, KeyCombination.SHORTCUT_DOWN), palette::show);
    keys.put(new KeyCodeCombination(KeyCode.E, KeyCombination.SHORTCUT_DOWN), this::export);
    keys.put(new KeyCodeCombination(KeyCode.P, KeyCombination.SHORTCUT_DOWN), this::print);
    keys.put(
        new KeyCodeCombination(KeyCode.T, KeyCombination.SHORTCUT_DOWN), () -> onNewCluster.run());
    keys.put(
        new KeyCodeCombination(KeyCode.D, KeyCombination.SHORTCUT_DOWN),
        () -> themeProperty.set(themeProperty.get().other()));
  }

  /// Space stops and goes on with live values, where no control has used it.
  private void space(KeyEvent event) {
    if (event.getCode() == KeyCode.SPACE
        && !event.isShortcutDown()
        && !(event.getTarget() instanceof TextInputControl)) {
      context.navigator().visible().ifPresent(Screen::togglePause);
    }
  }

  private void showRunning() {
    if (context.model().controlProperty().get().runningRecovery().isPresent()) {
      context.navigator().ask(ScreenId.OPERATIONS, "RUNNING", -1);
    } else {
      show(ScreenId.SWITCHOVER);
    }
  }

  public void refresh() {
    session.refresh();
    context.navigator().visible().ifPresent(Screen::refresh);
  }

  private void show(ScreenId id) {
    context.navigator().show(id);
  }

  private void bindTopBar() {
    Texts texts = context.texts();
    clusterName.textProperty().bind(viewModel.clusterName());
    environment.textProperty().bind(viewModel.environment());
    visible(environment, environment.textProperty().isNotEmpty());
    context.model().environmentProperty().subscribe(this::colour);
    connectionCaption.textProperty().bind(texts.get("frame.connection"));
    primaryCaption.textProperty().bind(texts.get("frame.primary"));
    primary.textProperty().bind(viewModel.primary());
    protectionCaption.textProperty().bind(texts.get("overview.protection"));
    protection.markProperty().bind(viewModel.protectionMark());
    protection.wordsProperty().bind(viewModel.protectionWord());
    roleCaption.textProperty().bind(texts.get("frame.role"));
    role.textProperty().bind(viewModel.role());
    connectionState.markProperty().bind(viewModel.connectionMark());
    connectionState.wordsProperty().bind(viewModel.connectionWord());
    visible(held, viewModel.trafficHeld());
    held.symbolProperty().set("‖");
    held.markProperty().set(Mark.WARN);
    held.wordsProperty().bind(texts.get("frame.held"));
    visible(scheduled, viewModel.scheduled().isNotEmpty());
    scheduled.textProperty().bind(viewModel.scheduled());
    scheduled.setOnAction(_ -> show(ScreenId.OPERATIONS));
    visible(operation, viewModel.operationRuns());
    operation.textProperty().bind(viewModel.operationChip());
    operation.setOnAction(_ -> showRunning());
    visible(alarms, viewModel.alarmsThere());
    alarms.textProperty().bind(viewModel.alarmText());
    alarms.setOnAction(_ -> show(ScreenId.ALARMS));
    newCluster.accessibleTextProperty().bind(texts.get("frame.new-cluster"));
    newCluster.setOnAction(_ -> onNewCluster.run());
    commands.accessibleTextProperty().bind(texts.get("palette.prompt"));
    commands.setOnAction(_ -> palette.show());
    language.getItems().setAll(Texts.LOCALES);
    language.setConverter(new LanguageNames());
    language.accessibleTextProperty().bind(texts.get("frame.language"));
    language.valueProperty().bindBidirectional(texts.localeProperty());
    theme.textProperty().bind(texts.get("frame.theme"));
    theme.setOnAction(_ -> themeProperty.set(themeProperty.get().other()));
  }

  /// The colour of the environment goes around everything that this window shows.
  private void colour(Environment said) {
    for (Environment other : Environment.values()) {
      root.getStyleClass().remove(other.styleClass());
      environment.getStyleClass().remove(other.styleClass());
    }
    if (said != Environment.NONE) {
      root.getStyleClass().add(said.styleClass());
      environment.getStyleClass().add(said.styleClass());
    }
  }

  private void bindBanner() {
    Texts texts = context.texts();
    visible(banner, viewModel.lost());
    bannerState.markProperty().set(Mark.CRITICAL);
    bannerState.wordsProperty().bind(texts.get("connection.lost"));
    bannerText.textProperty().bind(viewModel.lostText());
    bannerRetry
        .textProperty()
        .bind(
            texts.made(
                () -> texts.text(needsPerson.get() ? "frame.go-connect" : "frame.retry"),
                needsPerson));
    bannerRetry.setOnAction(_ -> {
      if (needsPerson.get()) {
        show(ScreenId.CONNECT);
      } else {
        session.refresh();
      }
    });
  }

  private void bindContent() {
    context.navigator().currentProperty().addListener((_, _, _) -> placeContent());
    disconnected.addListener((_, _, _) -> placeContent());
  }

  private void placeContent() {
    ScreenId id = context.navigator().currentProperty().get();
    navigationList.mark(id);
    if (id == null) {
      content.getChildren().clear();
      return;
    }
    boolean empty = id.needsConnection() && disconnected.get();
    Node wanted = empty ? unconnected : context.navigator().screen(id).root();
    if (!content.getChildren().equals(List.of(wanted))) {
      content.getChildren().setAll(wanted);
    }
  }

  /// Says that an operation ended when its screen is not the visible one.
  private void bindNotifications() {
    ClusterModel model = context.model();
    model.operationProperty().addListener((_, before, after) -> operationChanged(before, after));
  }

  private void operationChanged(@Nullable OperationStatus before, @Nullable OperationStatus after) {
    if (before == null
        || after == null
        || before.state() != OperationState.RUNNING
        || after.state() == OperationState.RUNNING
        || context.navigator().currentProperty().get() == ScreenId.SWITCHOVER) {
      return;
    }
    Texts texts = context.texts();
    Action open =
        new Action(
            texts.text("frame.open"),
            _ -> {
              notifications.hide();
              show(ScreenId.SWITCHOVER);
            });
    notifications.getActions().setAll(List.of(open));
    String state = texts.text("operation." + after.state().name());
    String kind = texts.text("kind." + after.kind().toLowerCase(Locale.ROOT));
    notifications.show(
        Mark.of(after.state()).symbol()
            + " "
            + texts.text("frame.operation-ended", after.id(), state, after.outcome(), kind));
    // The bar covers the screen's own buttons; a failure stays until it is read.
    hideLater.cancel();
    if (after.state() == OperationState.SUCCEEDED) {
      hideLater = context.tasks().after(NOTICE_TIME, notifications::hide);
    }
  }

  private static void visible(Node node, ObservableBooleanValue shown) {
    node.visibleProperty().bind(shown);
    node.managedProperty().bind(shown);
  }

  /// Each language in its own words.
  private static final class LanguageNames extends StringConverter<Locale> {
    @Override
    public String toString(@Nullable Locale locale) {
      if (locale == null) {
        return "";
      }
      String name = locale.getDisplayLanguage(locale);
      return name.substring(0, 1).toUpperCase(locale) + name.substring(1);
    }

    @Override
    public Locale fromString(String name) {
      return Texts.LOCALES.stream()
          .filter(l -> toString(l).equals(name))
          .findFirst()
          .orElse(Locale.ENGLISH);
    }
  }
}

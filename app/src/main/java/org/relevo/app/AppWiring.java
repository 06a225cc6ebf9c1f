package org.relevo.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.CommandPalette;
import org.relevo.app.frame.FrameView;
import org.relevo.app.frame.Navigator;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.record.Recorder;
import org.relevo.app.record.Replay;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.ServiceConnector;
import org.relevo.app.remote.Session;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.task.Tasks;
import org.relevo.app.text.Texts;
import org.relevo.app.view.alarms.AlarmsView;
import org.relevo.app.view.benchmark.BenchmarkView;
import org.relevo.app.view.configuration.ConfigurationView;
import org.relevo.app.view.connect.ConnectView;
import org.relevo.app.view.connect.ConnectViewModel;
import org.relevo.app.view.consistency.ConsistencyView;
import org.relevo.app.view.dashboard.DashboardView;
import org.relevo.app.view.logs.LogsView;
import org.relevo.app.view.memory.MemoryView;
import org.relevo.app.view.nodes.NodesView;
import org.relevo.app.view.objects.ObjectsView;
import org.relevo.app.view.operations.ActKind;
import org.relevo.app.view.operations.OperationsView;
import org.relevo.app.view.overview.OverviewView;
import org.relevo.app.view.part.FileTarget;
import org.relevo.app.view.part.Printing;
import org.relevo.app.view.part.ScreenExport;
import org.relevo.app.view.series.SeriesView;
import org.relevo.app.view.sessions.SessionsView;
import org.relevo.app.view.statements.StatementsView;
import org.relevo.app.view.switchover.SwitchoverView;

/// Builds everything behind one window, and is the only place that knows every screen.
///
/// Owner: FX thread.
public final class AppWiring implements AutoCloseable {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final AppContext context;
  private final Session session;
  private final FrameView frame;
  private final Recorder recorder;
  private final Replay replay;
  private final SettingsFolder settings;
  private final ConnectViewModel connect;
  private @Nullable ScreenId resting;

  public AppWiring(
      ServiceConnector connector,
      Tasks tasks,
      Texts texts,
      Clock clock,
      Theme theme,
      SettingsFolder settings) {
    this.settings = settings;
    ClusterModel model = new ClusterModel(clock);
    session = new Session(connector, model, tasks, clock);
    Navigator navigator = new Navigator();
    connect =
        new ConnectViewModel(
            session, settings, model.environmentProperty(), () -> leaveConnectScreen(navigator));
    registerScreens(navigator);
    context =
        new AppContext(
            session::connection, model, tasks, texts, clock, navigator, new SharedTime());
    navigator.start(context);
    frame = new FrameView(context, session, theme);
    ScreenExport export = new ScreenExport(context, FileTarget.dialog());
    frame.exporter(export::export);
    recorder = new Recorder(tasks);
    session.onData(recorder::accept);
    replay = new Replay(model, tasks);
    model
        .connectionProperty()
        .addListener((_, _, now) -> {
          // A loss is recorded through; another cluster does not go on in the same file.
          if (now instanceof ConnectionState.Disconnected) {
            recorder.stop();
          }
        });
    frame.records(recorder, replay);
    frame.printer(new Printing(context, Printing.system())::print);
    fillPalette(navigator);
  }

  public AppContext context() {
    return context;
  }

  public Session session() {
    return session;
  }

  public FrameView frame() {
    return frame;
  }

  /// Fills the address into the Connect screen.
  public void prefill(String address) {
    connect.address(address);
  }

  /// Connects without asking; a failure is shown on the Connect screen.
  public void connectFirst(ConnectRequest request) {
    connect
        .failureProperty()
        .addListener((_, _, failure) -> {
          if (failure != null) {
            context.navigator().show(ScreenId.CONNECT);
          }
        });
    connect.connect(request);
  }

  /// Where a person opens another cluster beside this one.
  public void onNewCluster(Runnable action) {
    frame.onNewCluster(action);
    Texts texts = context.texts();
    frame
        .palette()
        .add(
            new CommandPalette.Action(
                () -> texts.text("frame.new-cluster"), "Ctrl+T", () -> "", action));
  }

  /// Another cluster is looked at: nothing here paints, the connection stays.
  void rest() {
    resting = context.navigator().currentProperty().get();
    context.navigator().leave();
  }

  /// Back to the screen that was left.
  void wake() {
    ScreenId before = resting;
    resting = null;
    if (before != null) {
      context.navigator().show(before);
    }
  }

  /// Ends this cluster's connection; the tasks that all clusters share go on.
  void closeCluster() {
    context.navigator().leave();
    recorder.stop();
    replay.close();
    session.close();
  }

  /// Every screen, every wizard and the window's own actions by name.
  private void fillPalette(Navigator navigator) {
    Texts texts = context.texts();
    CommandPalette palette = frame.palette();
    for (ScreenId id : ScreenId.values()) {
      palette.add(
          new CommandPalette.Action(
              () -> texts.text(id.textKey()),
              id.shortcut().getDisplayText(),
              () -> id.needsConnection() ? unconnected() : "",
              () -> navigator.show(id)));
    }
    for (ActKind kind : ActKind.values()) {
      palette.add(
          new CommandPalette.Action(
              () -> texts.text("act." + kind.name() + ".title"),
              "",
              this::unconnected,
              () -> navigator.ask(ScreenId.OPERATIONS, kind.name(), -1)));
    }
    palette.add(
        new CommandPalette.Action(
            () -> texts.text(recorder.running() ? "palette.record.stop" : "palette.record"),
            "",
            this::unconnected,
            this::record));
    palette.add(
        new CommandPalette.Action(
            () -> texts.text("palette.replay"), "", () -> "", this::chooseReplay));
    palette.add(
        new CommandPalette.Action(
            () -> texts.text("palette.refresh"), "F5", this::unconnected, frame::refresh));
    palette.add(
        new CommandPalette.Action(
            () -> texts.text("palette.export"), "Ctrl+E", this::nothingShown, frame::export));
    palette.add(
        new CommandPalette.Action(
            () -> texts.text("palette.print"), "Ctrl+P", this::nothingShown, frame::print));
    palette.add(
        new CommandPalette.Action(
            () -> texts.text("palette.theme"),
            "Ctrl+D",
            () -> "",
            () -> frame.themeProperty().set(frame.themeProperty().get().other())));
  }

  /// Starts a recording in the settings folder, or stops the one that runs.
  public void record() {
    if (recorder.running()) {
      recorder.stop();
      return;
    }
    Texts texts = context.texts();
    try {
      String name = STAMP.format(context.clock().instant().atZone(context.clock().getZone()));
      Path file = settings.recordings().resolve("relevo-" + name + ".rec");
      recorder.start(
          file,
          why ->
              frame.say(
                  why.isEmpty()
                      ? texts.text("record.done", file.toString())
                      : texts.text("record.failed", file.toString(), why)));
    } catch (IOException e) {
      frame.say(texts.text("record.failed", "", e.toString()));
    }
  }

  /// Shows a recording instead of a cluster.
  public void replay(Path file) {
    replay.open(
        file,
        session::disconnect,
        () -> context.navigator().show(ScreenId.OVERVIEW),
        why -> frame.say(context.texts().text("replay.failed", why)));
  }

  private void chooseReplay() {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(context.texts().text("palette.replay"));
    try {
      chooser.setInitialDirectory(settings.recordings().toFile());
    } catch (IOException e) {
      frame.say(context.texts().text("replay.failed", e.toString()));
    }
    File chosen = chooser.showOpenDialog(frame.root().getScene().getWindow());
    if (chosen != null) {
      replay(chosen.toPath());
    }
  }

  private String unconnected() {
    return session.connection().isPresent() ? "" : context.texts().text("frame.unconnected");
  }

  /// A recording is as good as a cluster to print and to export.
  private String nothingShown() {
    return replay.lengthProperty().get() > 0 ? "" : unconnected();
  }

  /// Ends every timer and connection of the window.
  @Override
  public void close() {
    context.navigator().leave();
    recorder.stop();
    replay.close();
    session.close();
    context.tasks().close();
  }

  private void registerScreens(Navigator navigator) {
    navigator.register(ScreenId.CONNECT, c -> new ConnectView(c, connect));
    navigator.register(ScreenId.NODES, NodesView::new);
    navigator.register(ScreenId.DASHBOARD, DashboardView::new);
    navigator.register(ScreenId.CONSISTENCY, ConsistencyView::new);
    navigator.register(ScreenId.OVERVIEW, OverviewView::new);
    navigator.register(ScreenId.SERIES, SeriesView::new);
    navigator.register(ScreenId.SESSIONS, SessionsView::new);
    navigator.register(ScreenId.OBJECTS, ObjectsView::new);
    navigator.register(ScreenId.MEMORY, MemoryView::new);
    navigator.register(ScreenId.BENCHMARK, BenchmarkView::new);
    navigator.register(ScreenId.STATEMENTS, StatementsView::new);
    navigator.register(ScreenId.OPERATIONS, OperationsView::new);
    navigator.register(ScreenId.ALARMS, AlarmsView::new);
    navigator.register(ScreenId.CONFIGURATION, ConfigurationView::new);
    navigator.register(ScreenId.SWITCHOVER, SwitchoverView::new);
    navigator.register(ScreenId.LOGS, LogsView::new);
  }

  private static void leaveConnectScreen(Navigator navigator) {
    if (navigator.currentProperty().get() == ScreenId.CONNECT) {
      navigator.show(ScreenId.OVERVIEW);
    }
  }
}

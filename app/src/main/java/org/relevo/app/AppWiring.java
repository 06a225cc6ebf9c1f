package org.relevo.app;

import java.time.Clock;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.FrameView;
import org.relevo.app.frame.Navigator;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.ServiceConnector;
import org.relevo.app.remote.Session;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.task.Tasks;
import org.relevo.app.text.Texts;
import org.relevo.app.view.connect.ConnectView;
import org.relevo.app.view.connect.ConnectViewModel;
import org.relevo.app.view.consistency.ConsistencyView;
import org.relevo.app.view.dashboard.DashboardView;
import org.relevo.app.view.logs.LogsView;
import org.relevo.app.view.nodes.NodesView;
import org.relevo.app.view.switchover.SwitchoverView;

/// Builds everything behind one window, and is the only place that knows every screen.
///
/// Owner: FX thread.
public final class AppWiring implements AutoCloseable {
  private final AppContext context;
  private final Session session;
  private final FrameView frame;
  private final ConnectViewModel connect;

  public AppWiring(
      ServiceConnector connector,
      Tasks tasks,
      Texts texts,
      Clock clock,
      Theme theme,
      SettingsFolder settings) {
    ClusterModel model = new ClusterModel(clock);
    session = new Session(connector, model, tasks, clock);
    Navigator navigator = new Navigator();
    connect = new ConnectViewModel(session, settings, () -> leaveConnectScreen(navigator));
    registerScreens(navigator);
    context = new AppContext(session::connection, model, tasks, texts, clock, navigator);
    navigator.start(context);
    frame = new FrameView(context, session, theme);
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

  /// Ends every timer and connection of the window.
  @Override
  public void close() {
    context.navigator().leave();
    session.close();
    context.tasks().close();
  }

  private void registerScreens(Navigator navigator) {
    navigator.register(ScreenId.CONNECT, c -> new ConnectView(c, connect));
    navigator.register(ScreenId.NODES, NodesView::new);
    navigator.register(ScreenId.DASHBOARD, DashboardView::new);
    navigator.register(ScreenId.CONSISTENCY, ConsistencyView::new);
    navigator.register(ScreenId.SWITCHOVER, SwitchoverView::new);
    navigator.register(ScreenId.LOGS, LogsView::new);
  }

  private static void leaveConnectScreen(Navigator navigator) {
    if (navigator.currentProperty().get() == ScreenId.CONNECT) {
      navigator.show(navigator.has(ScreenId.DASHBOARD) ? ScreenId.DASHBOARD : ScreenId.NODES);
    }
  }
}

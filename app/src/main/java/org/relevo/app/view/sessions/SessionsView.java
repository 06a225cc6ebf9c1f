package org.relevo.app.view.sessions;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Ask;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.NodeChoice;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.BlockedSession;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.PoolStatus;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.contract.SessionOrder;

/// Sessions of a server as pg_top shows them, the blocking tree, and this service's clients, server
/// connections and pools. Letters as pg_top's: c, r, w, t, m sort; C cancels, K ends, E explains.
///
/// Owner: FX thread.
public final class SessionsView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int ROWS = 500;

  private final AppContext context;
  private final Texts texts;
  private final Questions questions;
  private final Poller<Answer> poller;
  private final NodeChoice node;
  private final ChoiceBox<SessionOrder> order = new ChoiceBox<>();
  private final CheckBox idle = new CheckBox();
  private final LiveTable<SessionInfo> sessions;
  private final LiveTable<BlockedSession> blocking;
  private final LiveTable<ClientInfo> clients;
  private final LiveTable<ServerConnectionInfo> servers;
  private final LiveTable<PoolStatus> pools;
  private final TextArea plan = new TextArea();
  private final Ask sure;
  private final Page page;
  private final TabPane tabs = new TabPane();
  private final Label missing = new Label();
  private volatile SessionOrder wanted = SessionOrder.CPU;
  private volatile boolean withIdle;

  private record Answer(
      Optional<List<SessionInfo>> sessions,
      List<BlockedSession> blocking,
      List<String> missing,
      List<ClientInfo> clients,
      List<ServerConnectionInfo> servers,
      List<PoolStatus> pools) {}

  public SessionsView(AppContext context) {
    super(ScreenId.SESSIONS);
    this.context = context;
    texts = context.texts();
    questions = new Questions(context);
    SessionTables tables = new SessionTables(context);
    sessions = tables.sessions();
    blocking = tables.blocking();
    clients = tables.clients();
    servers = tables.servers();
    pools = tables.pools();
    poller = new Poller<>(context, "sessions", PERIOD, this::ask, this::show);
    node = new NodeChoice(context, "sessions-node", poller::now);
    sure = new Ask(texts);
    page = new Page(context, "sessions.title");
    order.accessibleTextProperty().bind(texts.get("choice.order"));
    order.getItems().setAll(SessionOrder.values());
    order.setValue(wanted);
    order
        .valueProperty()
        .addListener((_, _, chosen) -> {
          wanted = chosen;
          poller.now();
        });
    idle.textProperty().bind(texts.get("sessions.idle"));
    idle.setId("sessions-idle");
    idle.selectedProperty()
        .addListener((_, _, on) -> {
          withIdle = on;
          poller.now();
        });
    page.tool(node.node()).tool(order).tool(idle).tool(page.pause(poller));
    page.problem(poller.problemProperty()).problem(questions.problemProperty()).line(sure.node());
    missing.getStyleClass().add("muted");
    missing.setWrapText(true);
    missing.managedProperty().bind(missing.textProperty().isNotEmpty());
    page.line(missing);
    plan.setEditable(false);
    plan.getStyleClass().add("mono");
    plan.setPrefRowCount(9);
    shown(plan, false);
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    tab("sessions.tab.server", sessions.node(), serverButtons());
    tab("sessions.tab.blocking", blocking.node());
    tab("sessions.tab.clients", clients.node(), clientButtons());
    tab("sessions.tab.connections", servers.node());
    tab("sessions.tab.pools", pools.node());
    page.body(tabs).line(plan);
    sessions.node().addEventHandler(KeyEvent.KEY_TYPED, this::letter);
    page.root()
        .addEventHandler(
            KeyEvent.KEY_PRESSED,
            key -> {
              if (key.getCode() == KeyCode.ESCAPE) {
                shown(plan, false);
              }
            });
  }

  @Override
  protected Page page() {
    return page;
  }

  @Override
  protected Poller<?> poller() {
    return poller;
  }

  @Override
  public void about(int nodeId) {
    node.choose(nodeId);
  }

  @Override
  public Optional<String> csv() {
    return Optional.of(
        switch (tabs.getSelectionModel().getSelectedIndex()) {
          case 1 -> blocking.csv();
          case 2 -> clients.csv();
          case 3 -> servers.csv();
          case 4 -> pools.csv();
          default -> sessions.csv();
        });
  }

  private void tab(String key, Node table, Node... below) {
    VBox box = new VBox(8, table);
    box.getStyleClass().add("tab-body");
    box.getChildren().addAll(below);
    VBox.setVgrow(table, Priority.ALWAYS);
    Tab tab = new Tab();
    tab.textProperty().bind(texts.get(key));
    tab.setContent(box);
    tabs.getTabs().add(tab);
  }

  private Node serverButtons() {
    Button explain = page.button("session-plan", "sessions.plan", this::explain);
    Button cancel = page.button("session-cancel", "sessions.cancel", this::cancel);
    Button end = page.button("session-end", "sessions.end", this::terminate);
    end.getStyleClass().add("danger");
    explain.disableProperty().bind(sessions.selectedProperty().isNull());
    cancel.disableProperty().bind(sessions.selectedProperty().isNull());
    end.disableProperty()
        .bind(
            sessions
                .selectedProperty()
                .isNull()
                .or(context.model().roleProperty().isNotEqualTo(Role.ADMIN)));
    return new javafx.scene.layout.HBox(8, explain, cancel, end);
  }

  private Node clientButtons() {
    Button kill = page.button("client-kill", "sessions.kill-client", this::killClient);
    kill.getStyleClass().add("danger");
    kill.disableProperty()
        .bind(
            clients
                .selectedProperty()
                .isNull()
                .or(context.model().roleProperty().isNotEqualTo(Role.ADMIN)));
    return kill;
  }

  private Answer ask(ServiceConnection service) {
    int id = node.id();
    SessionOrder by = wanted;
    boolean all = withIdle;
    Optional<List<SessionInfo>> found =
        Presence.of(() -> service.sessions(id).sessions(by, all, ROWS));
    return new Answer(
        found,
        found.isPresent() ? service.sessions(id).blocking() : List.of(),
        found.isPresent() ? service.sessions(id).getMissing() : List.of(),
        service.pool().clients(ROWS),
        service.pool().serverConnections(ROWS),
        service.pool().getPools());
  }

  private void show(Answer answer) {
    if (answer.sessions().isEmpty()) {
      sessions.placeholder(
          new EmptyState("☷", texts.get("sessions.absent"), texts.get("sessions.absent.text")));
    }
    sessions.show(answer.sessions().orElse(List.of()));
    blocking.show(answer.blocking());
    clients.show(answer.clients());
    servers.show(answer.servers());
    pools.show(answer.pools());
    missing.setText(String.join(" · ", answer.missing()));
    page.note()
        .setText(texts.text("sessions.note", answer.clients().size(), answer.servers().size()));
  }

  private static void shown(Node node, boolean there) {
    node.setVisible(there);
    node.setManaged(there);
  }

  private void letter(KeyEvent key) {
    switch (key.getCharacter()) {
      case "c" -> order.setValue(SessionOrder.CPU);
      case "m" -> order.setValue(SessionOrder.MEMORY);
      case "r", "w" -> order.setValue(SessionOrder.IO);
      case "t" -> order.setValue(SessionOrder.TRANSACTION);
      case "q" -> order.setValue(SessionOrder.QUERY);
      case "C" -> cancel();
      case "K" -> terminate();
      case "E" -> explain();
      default -> {
        return;
      }
    }
    key.consume();
  }

  private void explain() {
    int id = node.id();
    sessions
        .selected()
        .ifPresent(session ->
            questions.ask(
                "explain",
                service -> service.sessions(id).plan(session.pid()),
                answer -> {
                  plan.setText(
                      answer.query()
                          + "\n\n"
                          + (answer.problem().isEmpty() ? answer.plan() : answer.problem()));
                  shown(plan, true);
                }));
  }

  private void cancel() {
    int id = node.id();
    sessions
        .selected()
        .ifPresent(session ->
            sure.ask(
                texts.text("sessions.cancel.ask", session.pid(), session.user()),
                texts.text("sessions.cancel"),
                () ->
                    act(
                        "cancel-session",
                        service ->
                            service
                                .sessions(id)
                                .cancel(session.pid(), session.startedAtEpochMs()))));
  }

  private void terminate() {
    int id = node.id();
    sessions
        .selected()
        .ifPresent(session ->
            sure.ask(
                texts.text("sessions.end.ask", session.pid(), session.user()),
                texts.text("sessions.end"),
                () ->
                    act(
                        "end-session",
                        service ->
                            service
                                .sessions(id)
                                .terminate(session.pid(), session.startedAtEpochMs()))));
  }

  private void killClient() {
    clients
        .selected()
        .ifPresent(client ->
            sure.ask(
                texts.text("sessions.kill.ask", client.user(), client.address()),
                texts.text("sessions.kill-client"),
                () ->
                    act(
                        "kill-client",
                        service -> {
                          service.pool().killClient(client.id());
                          return true;
                        })));
  }

  private void act(String what, java.util.function.Function<ServiceConnection, Boolean> question) {
    questions.ask(
        what,
        question,
        there -> {
          if (!there) {
            questions.problem(texts.text("sessions.gone"));
          }
          poller.now();
        });
  }
}

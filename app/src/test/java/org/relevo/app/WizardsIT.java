package org.relevo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import javafx.scene.layout.HBox;
import javafx.stage.Window;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Environment;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.RealApp;
import org.relevo.app.testkit.RealCluster;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;

/// Every wizard that [DesktopIT] does not drive, by its buttons on a real cluster, and what the
/// window does when the service is started anew. Minutes long, so only with
/// `-Drelevo.desktop.wizards=true`.
@Timeout(300)
@EnabledIfSystemProperty(named = "relevo.desktop.wizards", matches = "true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WizardsIT {
  private static final String PICTURES = System.getProperty("relevo.pictures", "");
  private static final Duration LONG = Duration.ofSeconds(150);

  @TempDir static Path folder;
  private static RealCluster cluster;
  private static RealApp app;

  @BeforeAll
  static void start() throws Exception {
    cluster = RealCluster.start(folder, "ventas");
    app = new RealApp(folder.resolve("settings"), cluster::log);
    app.connect(Credentials.read(cluster.credentials()));
    AppFixture.run(() -> model().environmentProperty().set(Environment.TEST));
    app.until("two nodes", () -> model().nodes().size() == 2 && primary() == 0);
    app.until(
        "automatic failover",
        () -> app.find("protection", StateLabel.class).getText().equals("✔ automatic"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (app != null) {
      app.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void aBenchmarkIsRunByItsButtonsAndKept() throws Exception {
    app.show(ScreenId.BENCHMARK);
    app.type("bench-scale", "1");
    app.press("bench-tables");
    app.press("ask-yes");
    app.until(
        "tables",
        LONG,
        () -> {
          assertThat(problems()).isEqualTo("[]");
          assertThat(bench()).isNotEqualTo(BenchmarkState.FAILED);
          return bench() == BenchmarkState.FINISHED;
        });
    app.type("bench-label", "before");
    app.type("bench-clients", "4");
    app.type("bench-seconds", "8");
    app.press("bench-start");
    app.until("running", () -> bench() == BenchmarkState.RUNNING);
    app.until("samples", () -> model().benchmark().samples().size() > 5);
    picture("benchmark");
    app.until("ended", () -> bench() == BenchmarkState.FINISHED);
    app.type("bench-label", "after");
    app.press("bench-start");
    app.until("running again", () -> bench() == BenchmarkState.RUNNING);
    app.until("ended again", () -> bench() == BenchmarkState.FINISHED);
    TableView<?> runs = tab("bench-kept");
    app.until("two kept runs", () -> runs.getItems().size() == 2);
    AppFixture.run(() -> runs.getSelectionModel().selectAll());
    app.press("bench-compare");
    TableView<?> figures = app.find("bench-figures", TableView.class);
    app.until("compared", () -> !figures.getItems().isEmpty());
    picture("benchmark-compare");
    assertThat(app.find("bench-groups", Label.class).getText())
        .isEqualTo("before (n=1) against after (n=1)");
  }

  /// Whatever the screen says is wrong.
  private static String problems() {
    return AppFixture.on(() ->
        app.clusters().root().lookupAll(".problem").stream()
            .filter(Node::isVisible)
            .flatMap(box -> box.lookupAll(".label").stream())
            .map(label -> ((Label) label).getText())
            .toList()
            .toString());
  }

  private static TableView<?> tab(String tableId) {
    AppFixture.run(() -> {
      Node bar = app.find("pages-benchmark", javafx.scene.control.TabPane.class);
      ((javafx.scene.control.TabPane) bar).getSelectionModel().select(1);
    });
    return app.find(tableId, TableView.class);
  }

  @Test
  @Order(2)
  void aNodeIsDetachedAndAttached() throws Exception {
    wizard("DETACH", 1, "look at its disk", Map.of());
    app.until("out", () -> model().controlProperty().get().takenOut(1));
    wizard("ATTACH", 1, "the disk is well", Map.of());
    app.until("in", LONG, () -> up(1) && !model().controlProperty().get().takenOut(1));
  }

  @Test
  @Order(3)
  void archivingWithoutADirectoryIsRefusedInTheServicesOwnWords() throws Exception {
    begin("ARCHIVE_ON", -1, "article", Map.of());
    toRun("ARCHIVE_ON", -1);
    app.until(
        "refused",
        () ->
            app.find("act-problem", Label.class)
                .getText()
                .contains("wal_archive_directory is not set"));
    picture("archive_on-refused");
  }

  @Test
  @Order(4)
  void aSwitchoverIsScheduledAndDropped() throws Exception {
    wizard("SCHEDULE", 1, "kernel update", Map.of("when", "2099-01-01 22:30"));
    app.until("in the top bar", () -> app.find("scheduled", Button.class).isVisible());
    app.show(ScreenId.OPERATIONS);
    wizard("UNSCHEDULE", -1, "not tonight", Map.of());
    app.until("gone", () -> !app.find("scheduled", Button.class).isVisible());
  }

  @Test
  @Order(5)
  void aLostPrimaryIsReplacedByHandAndComesBack() throws Exception {
    int before = AppFixture.on(WizardsIT::primary);
    int other = 1 - before;
    wizard("PAUSE", -1, "nothing by itself tonight", Map.of());
    app.until("paused", () -> app.find("protection", StateLabel.class).getText().contains("⚠"));
    cluster.killServer(before);
    app.until("seen", LONG, () -> status(before) != NodeStatus.UP);
    wizard("FAILOVER", other, "the machine burnt", Map.of());
    app.until("the other is primary", LONG, () -> primary() == other);
    wizard("RESUME", -1, "done", Map.of());
    if (AppFixture.on(() -> !model().controlProperty().get().takenOut(before) && up(before))) {
      wizard("DETACH", before, "bring it back by hand", Map.of());
    }
    wizard("FAILBACK", before, "a new machine", Map.of());
    app.until("back", LONG, () -> up(before));
  }

  @Test
  @Order(6)
  void settingsOfPgpoolAreImportedWhenTheyAreInTheFile() throws Exception {
    Path file = cluster.configurationFile();
    String now = Files.readString(file) + "num_init_children = 900\nmemory_cache_enabled = off\n";
    Path mine = Files.writeString(folder.resolve("pgpool.conf"), now);
    begin("IMPORT_PGPOOL", -1, "as it was", Map.of("path", mine.toString()));
    toRun("IMPORT_PGPOOL", -1);
    Files.writeString(file, now);
    app.until("the service took it over", LONG, WizardsIT::reported);
    report("IMPORT_PGPOOL");
  }

  @Test
  @Order(7)
  void aNewNodeIsAddedAndTheWindowOutlivesTheRestart() throws Exception {
    int port = RealCluster.freePort();
    cluster.makeRoom(2);
    begin(
        "ADD_NODE",
        -1,
        "more reads",
        Map.of(
            "host",
            "127.0.0.1",
            "port",
            Integer.toString(port),
            "data",
            cluster.freshData(2).toString()));
    toRun("ADD_NODE", -1);
    int samples = AppFixture.on(() -> model().host().samples().size());
    Files.writeString(
        cluster.configurationFile(),
        "backend_hostname2 = '127.0.0.1'\nbackend_port2 = "
            + port
            + "\nbackend_data_directory2 = '"
            + cluster.freshData(2)
            + "'\n",
        StandardOpenOption.APPEND);
    picture("add_node-run");
    cluster.stopService();
    app.until(
        "the window says that it is lost",
        LONG,
        () -> model().connectionProperty().get() instanceof ConnectionState.Lost);
    assertThat(AppFixture.on(() -> Window.getWindows().size())).isEqualTo(1);
    assertThat(AppFixture.on(() -> model().host().samples().size()))
        .as("what was seen stays")
        .isGreaterThanOrEqualTo(samples);
    app.until("the banner", () -> app.find("banner", HBox.class).isVisible());
    picture("frame-lost");
    cluster.startService();
    app.until("connected again", LONG, () -> model().nodes().size() == 3);
    app.until("the new node is in use", Duration.ofSeconds(200), () -> up(2));
    app.until("reported", LONG, WizardsIT::reported);
    report("ADD_NODE");
    app.show(ScreenId.OVERVIEW);
    picture("overview-three");
  }

  private static void wizard(String act, int node, String reason, Map<String, String> fields)
      throws Exception {
    begin(act, node, reason, fields);
    toRun(act, node);
    app.until("the report of " + act, LONG, WizardsIT::reported);
    report(act);
  }

  private static void begin(String act, int node, String reason, Map<String, String> fields)
      throws Exception {
    AppFixture.run(
        () -> app.clusters().selected().context().navigator().ask(ScreenId.OPERATIONS, act, node));
    fields.forEach((name, text) -> app.type("act-field-" + name, text));
    app.type("act-reason", reason);
    app.until(act + " may begin: " + refusal(), LONG, WizardsIT::ready);
    picture(act.toLowerCase(Locale.ROOT) + "-target");
    app.press("act-next");
  }

  private static void toRun(String act, int node) throws Exception {
    String name = act.toLowerCase(Locale.ROOT);
    for (String step : new String[] {"checks", "dry-run"}) {
      app.until(act + " " + step, LONG, () -> at(step));
      agree();
      app.until(act + " " + step + ": " + refusal(), LONG, WizardsIT::ready);
      picture(name + "-" + step);
      app.press("act-next");
    }
    if (node >= 0 && !act.equals("ATTACH")) {
      app.type("act-typed", "node" + node);
    }
    picture(name + "-confirm");
    app.press("act-next");
  }

  private static void report(String act) throws Exception {
    assertThat(app.find("outcome", Label.class).getText()).isNotEmpty();
    picture(act.toLowerCase(Locale.ROOT) + "-report");
  }

  /// Every warning is agreed to, as a person would.
  private static void agree() {
    AppFixture.run(() ->
        app.clusters()
            .root()
            .lookupAll(".check-box")
            .forEach(box -> ((CheckBox) box).setSelected(true)));
  }

  private static boolean at(String step) {
    return app.find("act-step-" + step, StateLabel.class).getStyleClass().contains("current");
  }

  private static boolean reported() {
    return app.find("act-text", Button.class).getParent().isVisible();
  }

  private static String refusal() {
    return app.find("act-refusal", Label.class).getText();
  }

  private static boolean ready() {
    return !app.find("act-next", Button.class).isDisabled();
  }

  private static ClusterModel model() {
    return app.clusters().selected().context().model();
  }

  private static int primary() {
    var status = model().statusProperty().get();
    return status == null ? -1 : status.primaryNodeId();
  }

  private static NodeStatus status(int node) {
    return model().node(node).map(NodeInfo::status).orElse(NodeStatus.UNUSED);
  }

  private static boolean up(int node) {
    return status(node) == NodeStatus.UP
        && model().node(node).map(n -> n.role() != NodeRole.UNKNOWN).orElse(false);
  }

  private static BenchmarkState bench() {
    return answerNow(service -> service.benchmark().getStatus().state());
  }

  private static <T> T answerNow(Function<ServiceConnection, T> question) {
    return question.apply(app.clusters().selected().session().connection().orElseThrow());
  }

  private static void picture(String name) throws Exception {
    if (PICTURES.isEmpty()) {
      return;
    }
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        app.look(language, theme);
        app.picture(Path.of(PICTURES), name);
      }
    }
    app.look("en", Theme.LIGHT);
  }
}

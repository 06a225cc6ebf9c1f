package org.relevo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.RealApp;
import org.relevo.app.testkit.RealCluster;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;

/// The window on a real cluster, with its own buttons: a switchover under load, the loss of the
/// primary, the recovery of a node, and equal contents at the end.
///
/// With `-Drelevo.pictures=DIR` it also writes the pictures of the manual.
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DesktopIT {
  private static final String PICTURES = System.getProperty("relevo.pictures", "");

  @TempDir static Path folder;
  private static RealCluster cluster;
  private static RealApp app;

  @BeforeAll
  static void start() throws Exception {
    cluster = RealCluster.start(folder, "ventas");
    app = new RealApp(folder.resolve("settings"), cluster::log);
    app.connect(Credentials.read(cluster.credentials()));
    ask(service -> service.benchmark().init(1));
    app.until("tables", () -> state() == BenchmarkState.FINISHED && model().nodes().size() == 2);
    ask(service -> service.benchmark().start("tpcb-like", 4, 0));
    app.until("load", () -> !model().benchmark().isEmpty());
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
  void theOverviewKnowsWhoIsPrimaryAndThatTheLossOfItWouldBeMended() throws Exception {
    app.show(ScreenId.OVERVIEW);
    app.until("node 0 is primary", () -> primary() == 0);
    app.until(
        "automatic failover",
        () -> app.find("protection", StateLabel.class).getText().equals("✔ automatic"));
    pictures(
        ScreenId.OVERVIEW,
        ScreenId.DASHBOARD,
        ScreenId.SERIES,
        ScreenId.SESSIONS,
        ScreenId.OBJECTS,
        ScreenId.MEMORY,
        ScreenId.STATEMENTS,
        ScreenId.NODES,
        ScreenId.LOGS,
        ScreenId.CONFIGURATION);
  }

  @Test
  @Order(2)
  void aSwitchoverUnderLoadCostsNoClientAnError() throws Exception {
    app.show(ScreenId.SWITCHOVER);
    TableView<?> candidates = app.find("candidates", TableView.class);
    app.until("candidates", () -> !candidates.getItems().isEmpty());
    AppFixture.run(() -> candidates.getSelectionModel().select(0));
    app.type("reason", "kernel update on node0, ticket 4711");
    picture("switchover-target");
    app.press("next");
    Button next = app.find("next", Button.class);
    for (String step : new String[] {"checks", "dry-run"}) {
      app.until(step, () -> !next.isDisabled());
      picture("switchover-" + step);
      app.press("next");
    }
    app.type("typedName", "ventas");
    picture("switchover-confirm");
    app.press("next");
    app.until(
        "the switchover ended",
        () -> {
          var now = model().operationProperty().get();
          return now != null && now.finishedAtEpochMs() > 0 && primary() == 1;
        });
    var ended = AppFixture.on(() -> model().operationProperty().get());
    long errors =
        answer(service ->
            service.benchmark().errorsBetween(ended.startedAtEpochMs(), ended.finishedAtEpochMs()));
    assertThat(errors).isZero();
    assertThat(ended.state().name()).isEqualTo("SUCCEEDED");
    picture("switchover-report");
    app.until("node 0 follows", () -> up(0) && up(1));
  }

  @Test
  @Order(3)
  void theLossOfThePrimaryIsSeenAndMended() throws Exception {
    app.show(ScreenId.OVERVIEW);
    cluster.killServer(1);
    app.until("node 0 is primary", Duration.ofSeconds(60), () -> primary() == 0);
    app.until(
        "the window says so", () -> app.find("primary", Label.class).getText().equals("▲ node0"));
    pictures(ScreenId.OVERVIEW, "overview-failover");
    pictures(ScreenId.ALARMS, "alarms");
    app.until("node 1 is back as a standby", Duration.ofSeconds(90), () -> up(1));
  }

  @Test
  @Order(4)
  void aNodeIsDetachedAndBroughtBackByItsWizards() throws Exception {
    wizard("DETACH", 1, "replace a disk");
    app.until("node 1 is detached", () -> model().controlProperty().get().takenOut(1));
    pictures(ScreenId.OPERATIONS, "detach-report");
    wizard("RECOVERY", 1, "the disk was replaced");
    app.until(
        "node 1 is up",
        Duration.ofSeconds(90),
        () -> up(1) && !model().controlProperty().get().takenOut(1));
    assertThat(app.find("outcome", Label.class).getText()).isNotEmpty();
    pictures(ScreenId.OPERATIONS, "recovery-report");
    app.press("act-home");
    pictures(ScreenId.OPERATIONS, "operations");
  }

  @Test
  @Order(5)
  void failoverIsPausedAndResumed() {
    wizard("PAUSE", -1, "network works tonight");
    app.until(
        "paused", () -> app.find("protection", StateLabel.class).getText().equals("⚠ paused"));
    wizard("RESUME", -1, "works are done");
    app.until("resumed", () -> app.find("protection", StateLabel.class).getText().startsWith("✔"));
  }

  @Test
  @Order(6)
  void theNodesAreEqualAtTheEnd() throws Exception {
    app.show(ScreenId.CONSISTENCY);
    app.press("consistency-check");
    app.until(
        "compared",
        () ->
            answerNow(service -> service.consistency().getLastReport().state())
                == ConsistencyState.EQUAL);
    app.until(
        "the window says equal",
        () -> app.find("consistency-state", StateLabel.class).getText().startsWith("✔"));
    pictures(ScreenId.CONSISTENCY, "consistency");
  }

  @Test
  @Order(7)
  void twoConnectionsLiveInOneWindow() throws Exception {
    AppFixture.run(() -> app.clusters().add());
    app.connect(Credentials.read(cluster.credentials()));
    app.show(ScreenId.OVERVIEW);
    assertThat(AppFixture.on(() -> app.clusters().all())).hasSize(2);
    pictures(ScreenId.OVERVIEW, "two-clusters");
    AppFixture.run(() -> app.clusters().remove(app.clusters().selected()));
    assertThat(AppFixture.on(() -> app.clusters().all())).hasSize(1);
    app.until("the first one is still there", () -> primary() == 0);
  }

  /// Walks an act's wizard with its buttons to the start, and waits for its report.
  private static void wizard(String act, int node, String reason) {
    AppFixture.run(
        () -> app.clusters().selected().context().navigator().ask(ScreenId.OPERATIONS, act, node));
    app.type("act-reason", reason);
    Label refusal = app.find("act-refusal", Label.class);
    app.press("act-next");
    for (String step : new String[] {"checks", "dry-run"}) {
      app.until(step + ": " + refusal.getText(), () -> ready());
      if (node >= 0) {
        tryPicture(act.toLowerCase(Locale.ROOT) + "-" + step);
      }
      app.press("act-next");
    }
    if (node >= 0) {
      app.type("act-typed", "node" + node);
      tryPicture(act.toLowerCase(Locale.ROOT) + "-confirm");
    }
    app.press("act-next");
    app.until(
        "the report",
        Duration.ofSeconds(90),
        () -> app.find("act-text", Button.class).getParent().isVisible());
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

  private static BenchmarkState state() {
    return answerNow(service -> service.benchmark().getStatus().state());
  }

  private static void ask(Consumer<ServiceConnection> call) {
    answer(service -> {
      call.accept(service);
      return true;
    });
  }

  private static <T> T answer(Function<ServiceConnection, T> question) {
    return question.apply(
        AppFixture.on(() -> app.clusters().selected().session().connection()).orElseThrow());
  }

  /// On the FX thread already.
  private static <T> T answerNow(Function<ServiceConnection, T> question) {
    return question.apply(app.clusters().selected().session().connection().orElseThrow());
  }

  private static void tryPicture(String name) {
    try {
      picture(name);
    } catch (Exception e) {
      throw new AssertionError("no picture of " + name, e);
    }
  }

  private static void picture(String name) throws Exception {
    if (!PICTURES.isEmpty()) {
      for (String language : Screenshots.LANGUAGES) {
        for (Theme theme : Theme.values()) {
          app.look(language, theme);
          app.picture(Path.of(PICTURES), name);
        }
      }
      app.look("en", Theme.LIGHT);
    }
  }

  private static void pictures(ScreenId screen, String name) throws Exception {
    app.show(screen);
    settle();
    picture(name);
  }

  private static void pictures(ScreenId... screens) throws Exception {
    if (!PICTURES.isEmpty()) {
      for (ScreenId screen : screens) {
        pictures(screen, screen.id());
      }
    }
  }

  /// Lets a screen's first answers come; only for pictures, nothing is concluded from it.
  private static void settle() throws IOException {
    if (!PICTURES.isEmpty()) {
      long from = System.nanoTime();
      app.until("settled", () -> System.nanoTime() - from > Duration.ofMillis(3500).toNanos());
    }
  }
}

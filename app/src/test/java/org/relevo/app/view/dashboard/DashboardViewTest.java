package org.relevo.app.view.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javafx.event.Event;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeRange;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.Freshness;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.NodeStatus;

class DashboardViewTest {
  private static DashboardView open(AppFixture app) {
    return (DashboardView) app.show(ScreenId.DASHBOARD);
  }

  /// The chart's sentence after a paint now, whatever the next pulse is waiting for.
  private static String described(DashboardView view, DashboardChart which) {
    return AppFixture.on(() -> {
      view.chart(which).picture();
      return view.chart(which).node().getAccessibleText();
    });
  }

  private static String message(AppFixture app) {
    return app.find("dashboard-message", Label.class).getText();
  }

  private static void press(Node node, KeyCode code, boolean control) {
    AppFixture.run(() ->
        Event.fireEvent(
            node, new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, control, false, false)));
  }

  @Test
  void historyIsThereAtOnceAndGoesOnLive() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      String tps = view.viewModel().tile(Tile.TPS).value();
      assertThat(tps).endsWith("/s");
      StringBuilder before = new StringBuilder();
      AppFixture.on(() -> {
        view.chart(DashboardChart.THROUGHPUT).writeCsv(before);
        return true;
      });
      assertThat(before.toString().lines().count()).isGreaterThan(590);
      app.advance(Duration.ofSeconds(3));
      assertThat(view.viewModel().tile(Tile.TPS).value()).isNotEqualTo(tps);
      assertThat(described(view, DashboardChart.THROUGHPUT))
          .contains("proxy ")
          .contains("pgsql1 commits ");
    }
  }

  @Test
  void everyLanguageAndThemeFits() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        try (AppFixture app = AppFixture.connected(language, theme)) {
          app.service().benchmark(BenchmarkState.RUNNING);
          app.advance(Duration.ofSeconds(100));
          app.service().failover().startFromElsewhere();
          app.service().failover().advanceToEnd();
          app.advance(Duration.ofSeconds(60));
          open(app);
          Screenshots.take(app, "dashboard");
        }
      }
    }
  }

  @Test
  void lostServiceIsDimmedNamedAndLeavesAGapAfterItHeals() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(40));
      assertThat(message(app)).isEqualTo("Shown as of 20:30:01; nothing newer is known.");
      assertThat(view.viewModel().tile(Tile.CLIENTS).value()).isEqualTo("–");
      assertThat(described(view, DashboardChart.CPU)).endsWith("Connection lost");
      Screenshots.take(app, "dashboard-lost");
      app.service().healConnection();
      app.advance(Duration.ofSeconds(30));
      assertThat(message(app)).isEmpty();
      assertThat(view.viewModel().tile(Tile.CLIENTS).value()).isEqualTo("64");
    }
    try (AppFixture app = AppFixture.connected("es", Theme.LIGHT)) {
      open(app);
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(40));
      Screenshots.take(app, "dashboard-lost");
    }
  }

  @Test
  void withoutTrafficTheFlatLineIsExplained() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      try (AppFixture app = AppFixture.disconnected(language, Theme.DARK)) {
        app.service().quiet();
        app.connect();
        DashboardView view = open(app);
        assertThat(described(view, DashboardChart.THROUGHPUT))
            .contains(app.texts().text("dashboard.idle.throughput"));
        assertThat(described(view, DashboardChart.HIT_RATIO))
            .contains(app.texts().text("dashboard.empty.hits"));
        Screenshots.take(app, "dashboard-empty");
      }
    }
  }

  @Test
  void aServiceThatRepeatsOldSamplesLooksStaleThenUnknown() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      AppFixture.run(() -> app.timers().advance(Duration.ofSeconds(4)));
      assertThat(message(app)).isEqualTo("Data are 4 s old.");
      assertThat(view.viewModel().tile(Tile.TPS).freshness()).isEqualTo(Freshness.STALE);
      Screenshots.take(app, "dashboard-stale");
      AppFixture.run(() -> app.timers().advance(Duration.ofSeconds(16)));
      assertThat(message(app)).isEqualTo("The service has not sent data for 20 s.");
      assertThat(view.viewModel().tile(Tile.TPS).value()).isEqualTo("–");
      assertThat(described(view, DashboardChart.CPU)).endsWith("No data for 20 s");
      Screenshots.take(app, "dashboard-silent");
    }
  }

  @Test
  void aNodeWithoutStatisticsIsNamedWithTheReason() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      open(app);
      app.service().node(1, NodeStatus.DOWN, "connection refused");
      app.advance(Duration.ofSeconds(20));
      assertThat(message(app)).isEqualTo("No statistics from pgsql2: connection refused");
      Screenshots.take(app, "dashboard-node-down");
    }
  }

  @Test
  void spacePausesTheChartsAndTheButtonSaysHowToGoOn() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      long until = view.viewModel().shownUntilMs();
      press(app.find("chart-throughput", Node.class), KeyCode.SPACE, false);
      app.advance(Duration.ofSeconds(5));
      assertThat(view.viewModel().shownUntilMs()).isEqualTo(until);
      assertThat(app.find("dashboard-pause", ToggleButton.class).getText()).isEqualTo("▶ Resume");
      assertThat(message(app)).startsWith("Charts stand still");
      press(app.find("chart-throughput", Node.class), KeyCode.SPACE, false);
      app.advance(Duration.ofSeconds(1));
      assertThat(view.viewModel().shownUntilMs()).isGreaterThan(until + 4000);
    }
  }

  @Test
  void aLongerRangeIsAskedOfTheServiceAndAZoomIsFiner() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      assertThat(app.service().askedSteps()).isEmpty();
      SharedTime time = app.wiring().context().time();
      AppFixture.run(() -> time.range(TimeRange.DAYS_14));
      assertThat(app.service().askedSteps()).isNotEmpty().containsOnly(60);
      assertThat(first(view)).isBefore(app.clock().instant().minus(Duration.ofDays(13)));
      Screenshots.take(app, "dashboard-14-days");
      long from = app.clock().millis() - Duration.ofMinutes(40).toMillis();
      AppFixture.run(() -> time.zoom(from, from + 300_000));
      assertThat(app.service().askedSteps().getLast()).isEqualTo(1);
      assertThat(first(view).toEpochMilli()).isBetween(from, from + 2000);
      assertThat(app.find("dashboard-newest", Button.class).isVisible()).isTrue();
      Screenshots.take(app, "dashboard-zoom");
      AppFixture.run(app.find("dashboard-newest", Button.class)::fire);
      AppFixture.run(() -> time.range(TimeRange.MINUTES_5));
      assertThat(described(view, DashboardChart.THROUGHPUT)).contains("pgsql1 commits ");
      assertThat(first(view)).isAfter(app.clock().instant().minus(Duration.ofMinutes(11)));
    }
  }

  @Test
  void noPastIsAskedForAPageThatNobodySees() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      app.show(ScreenId.OVERVIEW);
      SharedTime time = app.wiring().context().time();
      AppFixture.run(() -> time.range(TimeRange.DAYS_14));
      app.advance(Duration.ofSeconds(30));
      assertThat(app.service().askedSteps()).isEmpty();
      app.show(ScreenId.DASHBOARD);
      assertThat(app.service().askedSteps()).isNotEmpty().containsOnly(60);
      assertThat(first(view)).isBefore(app.clock().instant().minus(Duration.ofDays(13)));
    }
  }

  @Test
  void chartsThatStandStillKeepWhatTheWindowKeepsNoLonger() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      SharedTime time = app.wiring().context().time();
      long from = app.clock().millis() - Duration.ofMinutes(4).toMillis();
      AppFixture.run(() -> time.zoom(from, from + 60_000));
      assertThat(app.service().askedSteps()).isEmpty();
      app.advance(Duration.ofMinutes(9));
      assertThat(app.service().askedSteps()).isNotEmpty();
      assertThat(first(view).toEpochMilli()).isBetween(from, from + 2000);
      AppFixture.run(time::unzoom);
      assertThat(first(view)).isAfter(app.clock().instant().minus(Duration.ofMinutes(11)));
    }
  }

  private static Instant first(DashboardView view) {
    StringBuilder csv = new StringBuilder();
    AppFixture.on(() -> {
      view.chart(DashboardChart.WAL).writeCsv(csv);
      return true;
    });
    return Instant.parse(csv.toString().lines().toList().get(1).split(",", -1)[0]);
  }

  @Test
  void theCrossHairIsInEveryChart() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      press(app.find("chart-cpu", Node.class), KeyCode.LEFT, false);
      press(app.find("chart-cpu", Node.class), KeyCode.LEFT, false);
      assertThat(
              AppFixture.on(() ->
                  app.stage().getScene().getRoot().lookupAll(".chart-cursor-time").stream()
                      .map(label -> ((Label) label).getText())
                      .distinct()
                      .toList()))
          .hasSize(1)
          .allMatch(text -> text.matches("\\d\\d:\\d\\d:\\d\\d"));
    }
  }

  @Test
  void theNodeFilterTakesLinesOutOfEveryChart() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      DashboardView view = open(app);
      MenuButton nodes = app.find("dashboard-nodes", MenuButton.class);
      AppFixture.run(() -> {
        CheckMenuItem second = (CheckMenuItem) nodes.getItems().get(1);
        assertThat(second.getText()).isEqualTo("pgsql2");
        second.setSelected(false);
        second.getOnAction().handle(null);
      });
      assertThat(described(view, DashboardChart.LAG)).contains("pgsql1").doesNotContain("pgsql2");
    }
  }

  @Test
  void exportWritesTheFocusedChartAsCsvAndTheScreenAsPicture(@TempDir Path folder)
      throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      AtomicReference<Path> target = new AtomicReference<>(folder.resolve("cpu.csv"));
      DashboardView view =
          AppFixture.on(() ->
              new DashboardView(app.wiring().context(), (_, _, _, _) -> Optional.of(target.get())));
      AppFixture.run(() -> {
        app.stage().getScene().setRoot((Parent) view.root());
        view.shown();
      });
      AppFixture.run(() -> view.chart(DashboardChart.CPU).node().requestFocus());
      assertThat(app.stage().getScene().getFocusOwner())
          .isEqualTo(view.chart(DashboardChart.CPU).node());
      press(view.chart(DashboardChart.CPU).node(), KeyCode.E, true);
      assertThat(Files.readString(target.get())).startsWith("time,busy [%],waiting for disk [%]");
      target.set(folder.resolve("all.png"));
      press(view.root(), KeyCode.E, true);
      assertThat(Files.size(target.get())).isGreaterThan(5_000);
      assertThat(folder.toFile().list()).containsExactlyInAnyOrder("cpu.csv", "all.png");
      AppFixture.run(view::hidden);
    }
  }
}

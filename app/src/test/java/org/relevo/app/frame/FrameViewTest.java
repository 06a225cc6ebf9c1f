package org.relevo.app.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.stage.Window;
import org.controlsfx.control.NotificationPane;
import org.junit.jupiter.api.Test;
import org.relevo.app.remote.ConnectFailure;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;

class FrameViewTest {
  @Test
  void theTopBarNamesClusterPrimaryAndRole() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      assertThat(app.find("clusterName", Label.class).getText()).isEqualTo("ventas");
      assertThat(app.find("primary", Label.class).getText()).isEqualTo("▲ pgsql1");
      assertThat(app.find("role", Label.class).getText()).isEqualTo("admin");
      assertThat(app.find("connectionState", StateLabel.class).getText()).isEqualTo("✔ Connected");
    }
  }

  @Test
  void aLostConnectionShowsABannerAndHealsByItself() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(12));
      assertThat(app.find("banner", HBox.class).isVisible()).isTrue();
      assertThat(app.find("primary", Label.class).getText()).isEqualTo("○ unknown");
      Screenshots.take(app, "frame-lost");
      int before = app.model().pool().samples().size();
      app.service().healConnection();
      app.advance(Duration.ofSeconds(20));
      assertThat(app.find("banner", HBox.class).isVisible()).isFalse();
      assertThat(app.find("primary", Label.class).getText()).isEqualTo("▲ pgsql1");
      assertThat(app.model().pool().samples()).hasSize(before);
      long newest = app.model().pool().lastSequence();
      assertThat(newest).isGreaterThan(620);
      assertThat(app.model().pool().samples().getFirst().sequence()).isEqualTo(newest - 599);
    }
  }

  @Test
  void aPasswordThatExpiredIsNotTriedAgainAndTheWayOutIsToLogIn() throws Exception {
    for (ConnectFailure.Kind kind :
        List.of(ConnectFailure.Kind.WRONG_CREDENTIALS, ConnectFailure.Kind.CHANGED_CERTIFICATE)) {
      try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
        app.show(ScreenId.OVERVIEW);
        int kept = app.model().pool().samples().size();
        app.service().loseConnection();
        app.advance(Duration.ofSeconds(3));
        // It answers again, but no longer takes what it took before.
        app.service().refuse(kind);
        app.service().healConnection();
        app.advance(Duration.ofSeconds(20));
        int tries = app.service().polls();
        app.advance(Duration.ofMinutes(5));
        assertThat(app.service().polls()).as("no further try").isEqualTo(tries);
        assertThat(app.find("banner", HBox.class).isVisible()).isTrue();
        Screenshots.take(app, "frame-refused-" + kind);
        assertThat(Window.getWindows()).as("no dialogs").hasSize(1);
        assertThat(app.model().pool().samples()).as("nothing is lost").hasSize(kept);
        AppFixture.run(app.find("bannerRetry", Button.class)::fire);
        assertThat(app.wiring().context().navigator().currentProperty().get())
            .isEqualTo(ScreenId.CONNECT);
      }
    }
  }

  @Test
  void withoutAClusterThereIsNothingToExportOrToPrint() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.show(ScreenId.OVERVIEW);
      AppFixture.run(app.wiring().frame()::export);
      AppFixture.run(app.wiring().frame()::print);
      assertThat(AppFixture.on(() -> app.find("notifications", NotificationPane.class).getText()))
          .isEqualTo("No service connected");
    }
  }

  @Test
  void aLongLossIsOneBannerAndAServiceThatWasStartedAnewGoesOn() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.show(ScreenId.DASHBOARD);
      for (int i = 0; i < 10; i++) {
        app.service().loseConnection();
        app.advance(Duration.ofSeconds(30));
        assertThat(Window.getWindows()).hasSize(1);
        app.service().healConnection();
        app.advance(Duration.ofSeconds(30));
      }
      assertThat(app.find("banner", HBox.class).isVisible()).isFalse();
      assertThat(app.model().pool().samples()).hasSize(600);
      app.service().restart();
      app.advance(Duration.ofSeconds(20));
      assertThat(app.find("connectionState", StateLabel.class).getText()).isEqualTo("✔ Connected");
      assertThat(app.model().pool().lastSequence()).isGreaterThan(10);
    }
  }

  @Test
  void theFrameFitsInEveryLanguage() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        try (AppFixture app = AppFixture.connected(language, theme)) {
          app.show(ScreenId.NODES);
          app.service().failover().startFromElsewhere();
          app.service().failover().advanceTo("promote");
          app.advance(Duration.ofSeconds(2));
          Screenshots.take(app, "frame");
        }
      }
    }
  }
}

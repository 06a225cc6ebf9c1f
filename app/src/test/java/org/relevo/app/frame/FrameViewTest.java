package org.relevo.app.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import org.junit.jupiter.api.Test;
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

package org.relevo.app.view.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import org.junit.jupiter.api.Test;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.Role;

class NodesViewTest {
  @Test
  void theScreenFitsInEveryLanguageAndTheme() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        Screenshots.take(ScreenId.NODES, language, theme);
      }
    }
  }

  @Test
  void theSelectionSurvivesEverySecondsRefresh() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.show(ScreenId.NODES);
      TableView<?> table = app.find("table", TableView.class);
      AppFixture.run(() -> table.getSelectionModel().select(1));
      Object before = table.getSelectionModel().getSelectedItem();
      app.advance(Duration.ofSeconds(5));
      assertThat((Object) table.getSelectionModel().getSelectedItem()).isSameAs(before);
    }
  }

  @Test
  void aNodeThatIsDownSaysWhyItCannotBecomePrimary() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.service().node(1, NodeStatus.DOWN, "connection refused since 20:29:58");
      app.advance(Duration.ofSeconds(2));
      app.show(ScreenId.NODES);
      AppFixture.run(() -> app.find("table", TableView.class).getSelectionModel().select(1));
      assertThat(app.find("refusal", Label.class).getText())
          .isEqualTo("pgsql2 is down: a switchover needs a node that is up");
      assertThat(app.find("switchover", Button.class).isDisabled()).isTrue();
      Screenshots.take(app, "nodes-down");
    }
  }

  @Test
  void aMonitorMayNotAskForASwitchover() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.service().role(Role.MONITOR);
      app.connect();
      app.show(ScreenId.NODES);
      assertThat(app.find("refusal", Label.class).getText()).contains("may only watch");
    }
  }

  @Test
  void oldValuesAreNeverShownAsHealthy() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.show(ScreenId.NODES);
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(8));
      NodeRow row = (NodeRow) app.find("table", TableView.class).getItems().get(0);
      assertThat(row.statusProperty().get().words()).isEqualTo("unknown");
      Screenshots.take(app, "nodes-stale");
    }
  }
}

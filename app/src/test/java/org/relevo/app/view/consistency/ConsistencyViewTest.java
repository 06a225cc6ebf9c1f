package org.relevo.app.view.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.TableView;
import javafx.scene.layout.VBox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.frame.Theme;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.Role;

class ConsistencyViewTest {
  private static String state(AppFixture app) {
    return app.find("consistency-state", StateLabel.class).getText();
  }

  private static TableView<?> table(AppFixture app) {
    return app.find("consistency-table", TableView.class);
  }

  @Test
  void differencesCarrySymbolAndNumberAndTheFilterKeepsOnlyThem() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().consistency(ConsistencyState.DIFFERENT);
      app.show(ScreenId.CONSISTENCY);
      app.advance(Duration.ofSeconds(1));
      assertThat(state(app))
          .isEqualTo("✖ Different: 1 of 4 tables does not have the same rows on every node");
      assertThat(app.find("consistency-facts", Label.class).getText())
          .contains("LSN 16/B374D848")
          .contains("waited 0.04 s")
          .contains("Database bench");
      assertThat(table(app).getItems()).hasSize(4);
      assertThat(table(app).getColumns().get(1).getText())
          .isEqualTo("▲ pgsql1 (primary, reference)");
      AppFixture.run(() -> app.find("consistency-only", CheckBox.class).fire());
      assertThat(table(app).getItems()).hasSize(1);
    }
  }

  @Test
  void everyLanguageAndThemeFits() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        for (ConsistencyState state : ConsistencyState.values()) {
          try (AppFixture app = AppFixture.connected(language, theme)) {
            app.service().consistency(state);
            app.show(ScreenId.CONSISTENCY);
            app.advance(Duration.ofSeconds(1));
            Screenshots.take(app, "consistency-" + state.name().toLowerCase(java.util.Locale.ROOT));
          }
        }
      }
    }
  }

  @Test
  void aCheckIsStartedByTheButtonAndTheResultBeforeStaysMeanwhile() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().consistency(ConsistencyState.EQUAL);
      app.show(ScreenId.CONSISTENCY);
      app.advance(Duration.ofSeconds(1));
      assertThat(state(app)).startsWith("✔ Equal: 4 tables");
      AppFixture.run(() -> app.find("consistency-check", Button.class).fire());
      assertThat(state(app)).startsWith("▶ Checking");
      assertThat(app.find("consistency-check", Button.class).isDisabled()).isTrue();
      assertThat(app.find("consistency-facts", Label.class).getText()).startsWith("Result before:");
      assertThat(table(app).getItems()).hasSize(4);
      Screenshots.take(app, "consistency-running-again");
    }
  }

  @Test
  void aMonitorSeesWhyItCannotCheck() throws Exception {
    try (AppFixture app = AppFixture.disconnected("es", Theme.LIGHT)) {
      app.service().role(Role.MONITOR);
      app.connect();
      app.service().consistency(ConsistencyState.EQUAL);
      app.show(ScreenId.CONSISTENCY);
      app.advance(Duration.ofSeconds(1));
      assertThat(app.find("consistency-check", Button.class).isDisabled()).isTrue();
      assertThat(app.find("consistency-reason", Label.class).getText())
          .isEqualTo("Su rol solo permite mirar; comprobar requiere el rol de operador.");
      Screenshots.take(app, "consistency-monitor");
    }
  }

  @Test
  void withoutAComparisonTheScreenSaysWhatACheckDoes() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.service().consistency(ConsistencyState.NEVER);
      app.show(ScreenId.CONSISTENCY);
      app.advance(Duration.ofSeconds(1));
      assertThat(app.find("consistency-empty", VBox.class).isVisible()).isTrue();
      assertThat(table(app).isVisible()).isFalse();
    }
  }

  @Test
  void aLostServiceMakesTheResultOldNotWrong() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().consistency(ConsistencyState.EQUAL);
      app.show(ScreenId.CONSISTENCY);
      app.advance(Duration.ofSeconds(1));
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(10));
      assertThat(app.find("consistency-problem", Label.class).getText())
          .startsWith("The service does not answer");
      assertThat(app.find("consistency-check", Button.class).isDisabled()).isTrue();
      Screenshots.take(app, "consistency-lost");
    }
  }

  @Test
  void theExportHoldsWhatIsShown(@TempDir Path folder) throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().consistency(ConsistencyState.DIFFERENT);
      Path file = folder.resolve("out.csv");
      ConsistencyView view =
          AppFixture.on(
              () -> new ConsistencyView(app.wiring().context(), (_, _, _, _) -> Optional.of(file)));
      AppFixture.run(() -> {
        app.stage().getScene().setRoot((Parent) view.root());
        view.shown();
      });
      AppFixture.run(() -> app.find("consistency-export", Button.class).fire());
      assertThat(Files.readString(file))
          .isEqualTo(
              """
              schema,table,equal,pgsql1,pgsql2\r
              public,pgbench_accounts,false,500000,499998\r
              public,pgbench_branches,true,5,5\r
              public,pgbench_history,true,48211,48211\r
              public,pgbench_tellers,true,50,50\r
              """);
      AppFixture.run(view::hidden);
    }
  }
}

package org.relevo.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import javafx.scene.control.Button;
import javafx.scene.control.ListView;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.LogLevel;

class ScreensTest {
  @Test
  void everyScreenFitsInEveryLanguageAndTheme() throws Exception {
    // What fits does not depend on the theme, so each language is walked in one.
    for (Theme theme : Theme.values()) {
      String language = theme == Theme.DARK ? "en" : "es";
      try (AppFixture app = AppFixture.connected(language, theme)) {
        app.service().management().controls();
        app.service().management().alert(1, LogLevel.WARN, "lag", "pgsql2 is 12 MB behind");
        app.advance(Duration.ofSeconds(2));
        for (ScreenId screen : ScreenId.values()) {
          app.show(screen);
          Screenshots.take(app, "all-" + screen.id());
        }
      }
    }
  }

  @Test
  void anAlarmIsCountedAndAcknowledged() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().management().alert(7, LogLevel.ERROR, "node_down", "pgsql2 does not answer");
      app.advance(Duration.ofSeconds(2));
      Button chip = app.find("alarms", Button.class);
      assertThat(chip.getText()).isEqualTo("⚑ 1");
      AppFixture.run(chip::fire);
      app.advance(Duration.ofSeconds(1));
      AppFixture.run(
          () -> app.find("alarms-active", TableView.class).getSelectionModel().select(0));
      AppFixture.run(() -> app.find("acknowledge", Button.class).fire());
      app.advance(Duration.ofSeconds(2));
      assertThat(chip.getText()).isEqualTo("⚐ 1");
      assertThat(app.find("acknowledge", Button.class).isDisabled()).isTrue();
    }
  }

  @Test
  void thePaletteFindsAnActionByAPartOfItsName() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.show(ScreenId.OVERVIEW);
      AppFixture.run(() -> {
        app.find("commands", Button.class).fire();
        app.find("palette-field", TextField.class).setText("alarm");
      });
      assertThat(app.find("palette-list", ListView.class).getItems().size()).isEqualTo(1);
      Screenshots.take(app, "palette");
      AppFixture.run(() ->
          app.find("palette-field", TextField.class)
              .fireEvent(
                  new KeyEvent(
                      KeyEvent.KEY_PRESSED, "", "", KeyCode.ENTER, false, false, false, false)));
      assertThat(app.wiring().context().navigator().currentProperty().get())
          .isEqualTo(ScreenId.ALARMS);
    }
  }

  @Test
  void theConfigurationSaysWhatAReloadWouldChange() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.show(ScreenId.CONFIGURATION);
      AppFixture.run(() -> app.find("config-check", Button.class).fire());
      assertThat(app.find("config-outcome", javafx.scene.control.TextArea.class).getText())
          .isEqualTo("A reload would change:\n• pool_mode  session → transaction\n");
      assertThat(app.find("config-table", TableView.class).getItems().size()).isEqualTo(2);
      AppFixture.run(() -> app.find("config-filter", TextField.class).setText("pool"));
      assertThat(app.find("config-table", TableView.class).getItems().size()).isEqualTo(1);
    }
  }

  @Test
  void aNewLanguageReachesEveryTextAtOnce() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.show(ScreenId.OPERATIONS);
      AppFixture.run(() -> app.texts().localeProperty().set(java.util.Locale.of("es")));
      assertThat(app.find("start-RECOVERY", Button.class).getText())
          .isEqualTo("Recuperación en línea…");
      assertThat(app.find("primaryCaption", javafx.scene.control.Label.class).getText())
          .isEqualTo("Primario");
    }
  }
}

package org.relevo.app.view.connect;

import static org.assertj.core.api.Assertions.assertThat;

import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import org.junit.jupiter.api.Test;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.Environment;
import org.relevo.app.remote.ConnectFailure;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.settings.StoredConnection;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;

class ConnectViewTest {
  @Test
  void everyStateOfTheFormFitsInEveryLanguage() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        try (AppFixture app = AppFixture.disconnected(language, theme)) {
          app.show(ScreenId.CONNECT);
          Screenshots.take(app, "connect");
          press(app);
          Screenshots.take(app, "connect-missing");
          type(app, "field-PASSWORD", "secret");
          app.service().refuse(ConnectFailure.Kind.UNKNOWN_CERTIFICATE);
          press(app);
          Screenshots.take(app, "connect-certificate");
          app.show(ScreenId.NODES);
          Screenshots.take(app, "unconnected");
        }
      }
    }
  }

  @Test
  void anEmptyPasswordIsNamedAtItsFieldAndNothingIsTried() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.show(ScreenId.CONNECT);
      press(app);
      assertThat(app.find("message-PASSWORD", Label.class).getText())
          .isEqualTo("✖ Enter the password");
      assertThat(app.service().polls()).isZero();
    }
  }

  @Test
  void aWorkingConnectionIsRememberedAndItsPasswordSealed() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.show(ScreenId.CONNECT);
      type(app, "field-HOST", "db-a.example");
      type(app, "field-PASSWORD", "secret");
      press(app);
      assertThat(app.model().connectionProperty().get())
          .isInstanceOf(ConnectionState.Connected.class);
      assertThat(app.wiring().context().navigator().currentProperty().get())
          .isNotEqualTo(ScreenId.CONNECT);
      assertThat(app.settingsFolder().resolve("desktop.json"))
          .content()
          .contains("db-a.example")
          .doesNotContain("secret\"");
    }
  }

  @Test
  void aRefusedLogInIsOneClearSentence() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.LIGHT)) {
      app.show(ScreenId.CONNECT);
      type(app, "field-PASSWORD", "wrong");
      app.service().refuse(ConnectFailure.Kind.WRONG_CREDENTIALS);
      press(app);
      assertThat(app.find("problem", Label.class).getText())
          .isEqualTo("127.0.0.1:9899 refuses this user and password.");
      app.service().accept();
      press(app);
      assertThat(app.model().connectionProperty().get())
          .isInstanceOf(ConnectionState.Connected.class);
    }
  }

  @Test
  void theEnvironmentIsAskedShownEverywhereAndRemembered() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.show(ScreenId.CONNECT);
      type(app, "field-HOST", "db-a.example");
      type(app, "field-PASSWORD", "secret");
      choose(app, Environment.PRODUCTION);
      press(app);
      assertThat(app.find("environment", Label.class).getText()).isEqualTo("PRODUCTION");
      assertThat(AppFixture.on(() -> app.wiring().frame().titleText().get()))
          .isEqualTo("ventas [PRODUCTION] – Relevo");
      assertThat(AppFixture.on(() -> app.wiring().frame().tabText().get()))
          .startsWith("PRODUCTION  ventas");
      assertThat(app.wiring().frame().root().getStyleClass()).contains("env-production");
      app.show(ScreenId.OPERATIONS);
      Screenshots.take(app, "environment");
      assertThat(new SettingsFolder(app.settingsFolder()).settings().connections())
          .extracting(StoredConnection::environment)
          .containsExactly("production");
      // Said otherwise later: it counts and is remembered at once.
      app.show(ScreenId.CONNECT);
      choose(app, Environment.STAGING);
      assertThat(app.find("environment", Label.class).getText()).isEqualTo("STAGING");
      assertThat(new SettingsFolder(app.settingsFolder()).settings().connections())
          .extracting(StoredConnection::environment)
          .containsExactly("staging");
      AppFixture.run(app.wiring().session()::disconnect);
      assertThat(app.find("environment", Label.class).getText()).isEmpty();
    }
  }

  @SuppressWarnings("unchecked")
  private static void choose(AppFixture app, Environment environment) {
    ChoiceBox<Environment> choice = app.find("environment-choice", ChoiceBox.class);
    AppFixture.run(() -> choice.setValue(environment));
  }

  private static void type(AppFixture app, String id, String text) {
    TextField field = app.find(id, TextField.class);
    AppFixture.run(() -> field.setText(text));
  }

  private static void press(AppFixture app) {
    AppFixture.run(app.find("connect", Button.class)::fire);
  }
}

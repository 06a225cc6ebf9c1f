package org.relevo.app.view.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import javafx.event.Event;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.input.Clipboard;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.Theme;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.LogLevel;

class LogsViewTest {
  private static LogsView open(AppFixture app) {
    LogsView view = (LogsView) app.show(ScreenId.LOGS);
    app.advance(Duration.ofSeconds(1));
    return view;
  }

  @SuppressWarnings("unchecked")
  private static ListView<LogEntry> list(AppFixture app) {
    return app.find("logs-list", ListView.class);
  }

  private static void press(Node node, KeyCode code, boolean control) {
    AppFixture.run(() ->
        Event.fireEvent(
            node, new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, control, false, false)));
  }

  @Test
  void linesOfAllSourcesStandInOneOrderAndNewOnesArrive() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      assertThat(list(app).getItems().stream().map(LogEntry::sourceId).distinct())
          .contains("relevo", "postgres-0", "postgres-1");
      assertThat(list(app).getItems()).isSortedAccordingTo(LogEntry.ORDER);
      int before = list(app).getItems().size();
      app.service().appendLog("postgres-1", LogLevel.FATAL, "the database system is shutting down");
      app.advance(Duration.ofSeconds(1));
      assertThat(list(app).getItems()).hasSize(before + 1);
      assertThat(list(app).getItems().getLast().sourceId()).isEqualTo("postgres-1");
    }
  }

  @Test
  void everyLanguageAndThemeFits() throws Exception {
    for (String language : Screenshots.LANGUAGES) {
      for (Theme theme : Theme.values()) {
        try (AppFixture app = AppFixture.connected(language, theme)) {
          open(app);
          app.service().logGap();
          app.advance(Duration.ofSeconds(1));
          app.service().appendLog("relevo", LogLevel.INFO, "switchover.step id=s41 step=promote");
          app.service()
              .appendLog("postgres-1", LogLevel.FATAL, "the database system is shutting down");
          app.service()
              .appendLog(
                  "postgres-0",
                  LogLevel.ERROR,
                  "deadlock detected\nDETAIL: Process 4711 waits for ShareLock on transaction 815;"
                      + " blocked by process 4712.\nHINT: See server log for query details.");
          app.advance(Duration.ofSeconds(1));
          AppFixture.run(() -> list(app).getSelectionModel().selectLast());
          Screenshots.take(app, "logs");
        }
      }
    }
  }

  @Test
  void controlFSearchesAndEscapeClears() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      open(app);
      press(list(app), KeyCode.F, true);
      TextField search = app.find("logs-search", TextField.class);
      assertThat(search.isFocused()).isTrue();
      AppFixture.run(() -> search.setText("DUPLICATE key"));
      assertThat(list(app).getItems())
          .isNotEmpty()
          .allMatch(entry ->
              entry instanceof LogEntry.Line line && line.line().text().contains("duplicate key"));
      Screenshots.take(app, "logs-filtered");
      AppFixture.run(() -> search.setText("no such words"));
      assertThat(list(app).getItems()).isEmpty();
      Screenshots.take(app, "logs-empty");
      press(search, KeyCode.ESCAPE, false);
      assertThat(search.getText()).isEmpty();
      assertThat(list(app).getItems()).isNotEmpty();
    }
  }

  @Test
  void aSourceCanBeLeftOut() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      AppFixture.run(() -> app.find("source-postgres-0", CheckBox.class).fire());
      assertThat(list(app).getItems().stream().map(LogEntry::sourceId).distinct())
          .isNotEmpty()
          .doesNotContain("postgres-0");
    }
  }

  @Test
  void missingLinesAreSaidWhereTheyAreMissing() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      app.service().appendLog("relevo", LogLevel.INFO, "after the gap");
      app.service().logGap();
      app.advance(Duration.ofSeconds(1));
      int last = list(app).getItems().size() - 1;
      assertThat(list(app).getItems().get(last - 1)).isInstanceOf(LogEntry.Gap.class);
    }
  }

  @Test
  void spacePausesReadingAndNothingIsLostAfterwards() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      int before = list(app).getItems().size();
      AppFixture.run(() -> list(app).requestFocus());
      press(list(app), KeyCode.SPACE, false);
      app.service().appendLog("relevo", LogLevel.INFO, "while paused");
      app.advance(Duration.ofSeconds(3));
      assertThat(list(app).getItems()).hasSize(before);
      assertThat(app.find("logs-message", Label.class).getText()).startsWith("Paused");
      press(list(app), KeyCode.SPACE, false);
      app.advance(Duration.ofSeconds(1));
      assertThat(list(app).getItems()).hasSize(before + 1);
    }
  }

  @Test
  void selectedLinesAreCopiedWithTimeLevelAndSource() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      open(app);
      app.service().appendLog("relevo", LogLevel.WARN, "first\nsecond");
      app.advance(Duration.ofSeconds(1));
      AppFixture.run(
          () -> list(app).getSelectionModel().clearAndSelect(list(app).getItems().size() - 1));
      assertThat(app.find("logs-details", TextArea.class).getText()).contains("first\nsecond");
      press(list(app), KeyCode.C, true);
      String copied = AppFixture.on(() -> Clipboard.getSystemClipboard().getString());
      assertThat(copied)
          .matches("(?s)\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  WARN  relevo  first\nsecond\n");
    }
  }

  @Test
  void aLostServiceLeavesTheLinesAndSaysThatNoneArrive() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      open(app);
      int before = list(app).getItems().size();
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(10));
      assertThat(list(app).getItems()).hasSize(before);
      assertThat(app.find("logs-message", Label.class).getText())
          .isEqualTo("Connection lost: no new lines arrive.");
      Screenshots.take(app, "logs-lost");
      app.service().healConnection();
      app.service().appendLog("relevo", LogLevel.INFO, "healed");
      app.advance(Duration.ofSeconds(30));
      assertThat(list(app).getItems().size()).isGreaterThan(before);
    }
  }
}

package org.relevo.app.view.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import org.junit.jupiter.api.Test;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.Environment;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.Role;

class BenchmarkViewTest {
  @Test
  void aRunIsStartedAsTheFormSaysSeenLiveAndStopped() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.service().benchmark(BenchmarkState.IDLE);
      app.advance(Duration.ofSeconds(2));
      app.show(ScreenId.BENCHMARK);
      type(app, "bench-label", "evening");
      type(app, "bench-clients", "16");
      type(app, "bench-rate", "250,5");
      fire(app, "bench-start");
      assertThat(app.service().benchmarkCalls().getFirst())
          .contains("label=evening", "clients=16", "rate=250.5", "seconds=60", "runs=1");
      app.advance(Duration.ofSeconds(5));
      assertThat(app.find("bench-state", StateLabel.class).getText()).isEqualTo("▶ running");
      assertThat(app.find("bench-start", Button.class).isDisabled()).isTrue();
      Screenshots.take(app, "benchmark-run");
      fire(app, "bench-stop");
      app.advance(Duration.ofSeconds(2));
      assertThat(app.find("bench-state", StateLabel.class).getText()).isEqualTo("✔ finished");
    }
  }

  @Test
  void whatIsWrongInTheFormIsSaidBeforeAnythingIsAsked() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.service().benchmark(BenchmarkState.IDLE);
      app.advance(Duration.ofSeconds(2));
      app.show(ScreenId.BENCHMARK);
      type(app, "bench-clients", "0");
      assertThat(refusal(app)).isEqualTo("Enter 1 to 1000 clients");
      type(app, "bench-clients", "4");
      type(app, "bench-jobs", "5");
      assertThat(refusal(app)).isEqualTo("Enter 1 thread, at most one for each client");
      type(app, "bench-jobs", "2");
      type(app, "bench-runs", "3");
      type(app, "bench-seconds", "0");
      assertThat(refusal(app)).isEqualTo("Several runs need an end: enter seconds");
      type(app, "bench-seconds", "30");
      assertThat(refusal(app)).isEmpty();
      AppFixture.run(() -> {
        ChoiceBox<?> script = app.find("bench-script", ChoiceBox.class);
        script.getSelectionModel().selectLast();
        app.find("bench-text", TextArea.class).setText("nonsense");
      });
      app.advance(Duration.ofSeconds(1));
      assertThat(app.find("bench-script-problem", Label.class).getText())
          .isEqualTo("line 1, column 1: no command nonsense");
      Screenshots.take(app, "benchmark-script");
    }
  }

  @Test
  void anOwnScriptThatWasEmptiedStaysEmpty() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      app.show(ScreenId.BENCHMARK);
      TextArea text = app.find("bench-text", TextArea.class);
      assertThat(text.getText()).isEqualTo("SELECT 1;");
      AppFixture.run(text::clear);
      app.advance(Duration.ofSeconds(10));
      assertThat(text.getText()).isEmpty();
    }
  }

  @Test
  void onProductionTheClustersNameIsTypedFirst() throws Exception {
    try (AppFixture app = AppFixture.connected("es", Theme.DARK)) {
      app.service().benchmark(BenchmarkState.IDLE);
      AppFixture.run(() -> app.model().environmentProperty().set(Environment.PRODUCTION));
      app.advance(Duration.ofSeconds(2));
      app.show(ScreenId.BENCHMARK);
      assertThat(app.find("bench-start", Button.class).isDisabled()).isTrue();
      assertThat(app.find("bench-tables", Button.class).isDisabled()).isTrue();
      Screenshots.take(app, "benchmark-production");
      type(app, "bench-typed", "ventas");
      assertThat(app.find("bench-start", Button.class).isDisabled()).isFalse();
      assertThat(app.find("bench-tables", Button.class).isDisabled()).isFalse();
    }
  }

  @Test
  void keptRunsAreComparedByTheirLabels() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.LIGHT)) {
      app.show(ScreenId.BENCHMARK);
      AppFixture.run(
          () -> app.find("pages-benchmark", TabPane.class).getSelectionModel().select(1));
      app.advance(Duration.ofSeconds(4));
      TableView<?> runs = app.find("bench-kept", TableView.class);
      assertThat(app.find("bench-compare", Button.class).isDisabled()).isTrue();
      AppFixture.run(() -> runs.getSelectionModel().selectAll());
      fire(app, "bench-compare");
      assertThat(app.service().benchmarkCalls()).containsExactly("compare r1,r2 r3");
      assertThat(app.find("bench-groups", Label.class).getText())
          .isEqualTo("before (n=2) against after (n=1)");
      assertThat(app.find("bench-differences", Label.class).getText())
          .isEqualTo("⚠ Not the same: server.shared_buffers: 128MB | 2GB");
      assertThat(app.find("bench-figures", TableView.class).getItems().size()).isEqualTo(2);
      Screenshots.take(app, "benchmark-compare");
    }
  }

  @Test
  void withoutLabelsTheOldestIsTheBase() {
    var one = org.relevo.app.testkit.BenchmarkPictures.run("a", "", 1, 100);
    var two = org.relevo.app.testkit.BenchmarkPictures.run("b", "", 2, 200);
    assertThat(RunsPane.groups(List.of(two, one))).isEqualTo(List.of(List.of(one), List.of(two)));
  }

  @Test
  void aMonitorOnlyWatches() throws Exception {
    try (AppFixture app = AppFixture.disconnected("en", Theme.DARK)) {
      app.service().role(Role.MONITOR);
      app.connect();
      app.show(ScreenId.BENCHMARK);
      for (String id : new String[] {"bench-start", "bench-stop", "bench-tables"}) {
        assertThat(app.find(id, Button.class).isDisabled()).as(id).isTrue();
      }
    }
  }

  private static String refusal(AppFixture app) {
    return app.find("bench-refusal", Label.class).getText();
  }

  private static void type(AppFixture app, String id, String text) {
    AppFixture.run(() -> app.find(id, TextField.class).setText(text));
  }

  private static void fire(AppFixture app, String id) {
    AppFixture.run(app.find(id, Button.class)::fire);
  }
}

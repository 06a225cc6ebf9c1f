package org.relevo.app.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.HBox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.LiveData;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.Screenshots;
import org.relevo.jmx.contract.NodeStatus;

class RecordTest {
  @TempDir private Path folder;

  @Test
  void whatWasRecordedIsSeenAgainAtAnyMomentAndSaysThatItIsNotLive() throws Exception {
    Path file;
    long firstAt;
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      AppFixture.run(app.wiring()::record);
      app.advance(Duration.ofSeconds(20));
      firstAt = app.model().statusProperty().get().sampledAtEpochMs() - 19_000;
      app.service().node(1, NodeStatus.DOWN, "connection refused");
      app.advance(Duration.ofSeconds(10));
      assertThat(app.find("recording", javafx.scene.control.Button.class).getText())
          .isEqualTo("⏺ Recording: 30 s");
      AppFixture.run(app.wiring()::record);
      file = Files.move(recorded(app), folder.resolve("one.rec"));
      Files.delete(app.settingsFolder().resolve("recordings"));
    }
    try (AppFixture app = AppFixture.disconnected("en", Theme.LIGHT)) {
      AppFixture.run(() -> app.wiring().replay(file));
      assertThat(app.model().connectionProperty().get())
          .isInstanceOf(ConnectionState.Replaying.class);
      assertThat(app.model().statusProperty().get().sampledAtEpochMs()).isEqualTo(firstAt);
      assertThat(app.find("replay-bar", HBox.class).isVisible()).isTrue();
      assertThat(app.find("connectionState", StateLabel.class).getText()).isEqualTo("⚠ Recording");
      assertThat(app.model().nodes().get(1).status()).isEqualTo(NodeStatus.UP);
      Slider slider = app.find("replay-slider", Slider.class);
      AppFixture.run(() -> slider.setValue(slider.getMax()));
      assertThat(app.model().nodes().get(1).status()).isEqualTo(NodeStatus.DOWN);
      // Nothing of the past looks stale because a person thinks about it.
      app.advance(Duration.ofSeconds(30));
      assertThat(app.find("primary", Label.class).getText()).isEqualTo("▲ pgsql1");
      app.show(ScreenId.OVERVIEW);
      Screenshots.take(app, "replay");
      AppFixture.run(() -> slider.setValue(3));
      assertThat(app.model().nodes().get(1).status()).isEqualTo(NodeStatus.UP);
      assertThat(app.model().pool().samples()).isNotEmpty();
      AppFixture.run(app.find("replay-play", javafx.scene.control.ToggleButton.class)::fire);
      app.advance(Duration.ofSeconds(5));
      assertThat(slider.getValue()).isBetween(7.0, 9.0);
      app.connect();
      assertThat(app.find("replay-bar", HBox.class).isVisible()).isFalse();
      assertThat(app.model().connectionProperty().get())
          .isInstanceOf(ConnectionState.Connected.class);
    }
  }

  @Test
  void aFileThatBreaksOffIsReadUpToThereAndAStrangeOneIsNamed() throws Exception {
    Path whole = folder.resolve("whole.rec");
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      AppFixture.run(app.wiring()::record);
      app.advance(Duration.ofSeconds(5));
      AppFixture.run(app.wiring()::record);
      Files.move(recorded(app), whole);
      Files.delete(app.settingsFolder().resolve("recordings"));
    }
    List<LiveData> polls = RecordingFile.read(whole);
    assertThat(polls).hasSize(5);
    byte[] bytes = Files.readAllBytes(whole);
    Path half = Files.write(folder.resolve("half.rec"), Arrays.copyOf(bytes, bytes.length - 40));
    assertThat(RecordingFile.read(half)).hasSizeBetween(1, 5);
    Path strange = Files.writeString(folder.resolve("strange.rec"), "hello");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> RecordingFile.read(strange)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("strange.rec is not a recording");
  }

  private static Path recorded(AppFixture app) throws IOException {
    try (Stream<Path> files = Files.list(app.settingsFolder().resolve("recordings"))) {
      return files.findFirst().orElseThrow();
    }
  }
}

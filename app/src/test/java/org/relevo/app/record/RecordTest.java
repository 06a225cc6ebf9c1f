package org.relevo.app.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.frame.StateLabel;
import org.relevo.app.frame.Theme;
import org.relevo.app.model.ConnectionState;
import org.relevo.app.model.LiveData;
import org.relevo.app.task.Tasks;
import org.relevo.app.testkit.AppFixture;
import org.relevo.app.testkit.ManualTimers;
import org.relevo.app.testkit.Screenshots;
import org.relevo.app.testkit.TestClock;
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
    // The last bytes are the end of the packing and of the last poll: all others count.
    assertThat(RecordingFile.read(half)).hasSize(4);
    Path strange = Files.writeString(folder.resolve("strange.rec"), "hello");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> RecordingFile.read(strange)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("strange.rec is not a recording");
  }

  @Test
  void whatAFileLeavesOutIsSaidWhenItIsReadAndNotByAScreenLater() throws Exception {
    String head = "{\"format\":\"relevo-recording-1\"}\n";
    assertThat(refusal("null.rec", head + "null\n")).contains("null.rec is damaged: poll 1");
    assertThat(refusal("empty.rec", head + "{}\n")).contains("empty.rec is damaged");
    assertThat(refusal("head.rec", head)).contains("head.rec has no poll in it");
    assertThat(refusal("other.rec", "{}\n")).contains("not a recording of this version");
  }

  private String refusal(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return String.valueOf(
        org.assertj.core.api.Assertions.catchThrowableOfType(
                IOException.class, () -> RecordingFile.read(file))
            .getMessage());
  }

  @Test
  void aSmallFileThatUnpacksToALineWithoutEndIsRefused() throws Exception {
    Path file = folder.resolve("bomb.rec");
    byte[] zeros = new byte[1 << 20];
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 66; i++) {
        out.write(zeros);
      }
    }
    assertThat(Files.size(file)).isLessThan(1 << 20);
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> RecordingFile.read(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bomb.rec is not a recording: a line of more than");
  }

  @Test
  void aFileThatCannotBeReadDoesNotCostTheConnection() throws Exception {
    Path strange = Files.writeString(folder.resolve("strange.rec"), "hello");
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      AppFixture.run(() -> app.wiring().replay(strange));
      assertThat(app.model().connectionProperty().get())
          .isInstanceOf(ConnectionState.Connected.class);
      assertThat(app.model().statusProperty().get()).isNotNull();
    }
  }

  @Test
  void aRecordingEndsWithItsClusterAndATabThatIsClosedLeavesNoReplayBehind() throws Exception {
    try (AppFixture app = AppFixture.connected("en", Theme.DARK)) {
      AppFixture.run(app.wiring()::record);
      app.advance(Duration.ofSeconds(3));
      app.service().loseConnection();
      app.advance(Duration.ofSeconds(12));
      assertThat(app.model().connectionProperty().get()).isInstanceOf(ConnectionState.Lost.class);
      assertThat(app.find("recording", javafx.scene.control.Button.class).isVisible()).isTrue();
      app.service().healConnection();
      app.advance(Duration.ofSeconds(20));
      AppFixture.run(app.wiring().session()::disconnect);
      assertThat(app.find("recording", javafx.scene.control.Button.class).isVisible()).isFalse();
      Path file = recorded(app);
      assertThat(RecordingFile.read(file)).hasSizeGreaterThan(5);
      AppFixture.run(() -> app.wiring().replay(file));
      assertThat(app.find("replay-bar", HBox.class).isVisible()).isTrue();
      Slider slider = app.find("replay-slider", Slider.class);
      assertThat(slider.getMin()).isZero();
      AppFixture.run(() -> app.find("replay-play", ToggleButton.class).fire());
      AppFixture.run(app.wiring().session()::disconnect);
      app.advance(Duration.ofSeconds(5));
      assertThat(app.find("replay-bar", HBox.class).isVisible()).isFalse();
      assertThat(app.model().connectionProperty().get())
          .isInstanceOf(ConnectionState.Disconnected.class);
      Files.delete(file);
      Files.delete(app.settingsFolder().resolve("recordings"));
    }
  }

  @Test
  void aRecordingThatIsStoppedBeforeItsFileIsThereIsClosedAndTold() throws Exception {
    List<Runnable> later = new ArrayList<>();
    Tasks tasks =
        new Tasks(
            Runnable::run,
            new ManualTimers(new TestClock()),
            (_, work) -> {
              later.add(work);
              return () -> {};
            });
    Recorder recorder = new Recorder(tasks);
    List<String> told = new ArrayList<>();
    Path first = folder.resolve("first.rec");
    recorder.start(first, why -> told.add("first" + why));
    recorder.stop();
    Path second = folder.resolve("second.rec");
    recorder.start(second, why -> told.add("second" + why));
    assertThat(told).isEmpty();
    later.removeFirst().run();
    later.removeFirst().run();
    assertThat(recorder.running()).isTrue();
    later.removeFirst().run();
    assertThat(told).containsExactly("first");
    recorder.stop();
    later.removeFirst().run();
    assertThat(told).containsExactly("first", "second");
    assertThat(later).isEmpty();
  }

  private static Path recorded(AppFixture app) throws IOException {
    try (Stream<Path> files = Files.list(app.settingsFolder().resolve("recordings"))) {
      return files.findFirst().orElseThrow();
    }
  }
}

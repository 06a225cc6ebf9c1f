package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atlantafx.base.theme.PrimerDark;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.embed.swing.SwingFXUtils;
import javafx.event.Event;
import javafx.event.EventType;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.image.Image;
import javafx.scene.image.PixelReader;
import javafx.scene.input.KeyCode;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.StackPane;
import javafx.scene.paint.Color;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testfx.api.FxRobot;
import org.testfx.framework.junit5.ApplicationExtension;
import org.testfx.framework.junit5.Start;
import org.testfx.util.WaitForAsyncUtils;

@ExtendWith(ApplicationExtension.class)
class TimeChartFxTest {
  private static final long START_MS = 1_700_000_000_000L;

  private TimeChart chart;
  private TimeSeries reads;
  private TimeSeries hits;

  @Start
  void start(Stage stage) {
    Application.setUserAgentStylesheet(new PrimerDark().getUserAgentStylesheet());
    chart = TimeChart.create("blocks", ChartUnit.PER_SECOND);
    chart.titleProperty().set("Blocks");
    chart.emptyTextProperty().set("No traffic");
    chart.setLocale(Locale.ENGLISH);
    reads = chart.addSeries("read", new ReadOnlyStringWrapper("read"));
    hits = chart.addSeries("hit", new ReadOnlyStringWrapper("hit"));
    stage.setScene(new Scene(new StackPane(chart.node()), 480, 240));
    stage.setX(0);
    stage.setY(0);
    stage.show();
  }

  private void fill(FxRobot robot) {
    robot.interact(() -> {
      for (int second = 0; second < 300; second++) {
        if (second < 100 || second > 130) {
          reads.add(START_MS + second * 1000L, 100 + 50 * Math.sin(second / 20.0));
          hits.add(START_MS + second * 1000L, 300 + 90 * Math.cos(second / 15.0));
        }
      }
      chart.setMarks(
          List.of(
              new ChartMark(START_MS + 200_000, ChartMark.Kind.ROLE_CHANGE, "node0 \u2192 node1")));
      chart.showUntil(START_MS + 299_000);
    });
    pulses();
  }

  /// Waits for the end of the next layout, which is when a live chart paints.
  private void pulses() {
    CountDownLatch laidOut = new CountDownLatch(1);
    Runnable listener = laidOut::countDown;
    Scene scene = chart.node().getScene();
    Platform.runLater(() -> {
      scene.addPostLayoutPulseListener(listener);
      Platform.requestNextPulse();
    });
    try {
      assertThat(laidOut.await(20, TimeUnit.SECONDS)).as("a pulse within 20 s").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a pulse", e);
    }
    WaitForAsyncUtils.waitForAsyncFx(20_000, () -> scene.removePostLayoutPulseListener(listener));
  }

  private long count(Image image, Color color) {
    PixelReader reader = image.getPixelReader();
    long found = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        Color pixel = reader.getColor(x, y);
        if (Math.abs(pixel.getRed() - color.getRed()) < 0.08
            && Math.abs(pixel.getGreen() - color.getGreen()) < 0.08
            && Math.abs(pixel.getBlue() - color.getBlue()) < 0.08) {
          found++;
        }
      }
    }
    return found;
  }

  @Test
  void bothLinesTheMarkAndTheLegendAreInThePicture(FxRobot robot) throws Exception {
    fill(robot);
    Image image = WaitForAsyncUtils.asyncFx(chart::picture).get(10, TimeUnit.SECONDS);
    File file = new File("target/screenshots/chart-dark.png");
    assertThat(file.getParentFile().mkdirs() || file.getParentFile().isDirectory()).isTrue();
    ImageIO.write(SwingFXUtils.fromFXImage(image, null), "png", file);
    assertThat(count(image, ChartTheme.DARK.seriesColor(0))).isGreaterThan(150);
    assertThat(count(image, ChartTheme.DARK.seriesColor(1))).isGreaterThan(150);
    assertThat(count(image, ChartTheme.DARK.mark())).isGreaterThan(80);
    assertThat(chart.node().getAccessibleText()).startsWith("Blocks: read ").contains("hit");
  }

  @Test
  void aGapLeavesItsPlaceEmpty(FxRobot robot) throws Exception {
    fill(robot);
    Image with = WaitForAsyncUtils.asyncFx(chart::picture).get(10, TimeUnit.SECONDS);
    // 100 s to 130 s of 300 s; the plot fills the width but for the axis labels on the left.
    int from = (int) (60 + (with.getWidth() - 60) * 0.37);
    int to = (int) (60 + (with.getWidth() - 60) * 0.40);
    PixelReader reader = with.getPixelReader();
    for (int x = from; x < to; x++) {
      for (int y = 30; y < with.getHeight() - 60; y++) {
        Color pixel = reader.getColor(x, y);
        assertThat(pixel.getBlue() > 0.7 || pixel.getRed() > 0.7).as("pixel %d,%d", x, y).isFalse();
      }
    }
  }

  @Test
  void manyChangesInOnePulseArePaintedOnceAndAPausedChartNotAtAll(FxRobot robot) {
    fill(robot);
    long before = chart.paintCount();
    robot.interact(() -> {
      for (int i = 0; i < 100; i++) {
        reads.add(START_MS + 300_000 + i, i);
        chart.showUntil(START_MS + 300_000 + i);
      }
    });
    pulses();
    assertThat(chart.paintCount() - before).isEqualTo(1);
    robot.interact(() -> {
      chart.setLive(false);
      chart.showUntil(START_MS + 400_000);
    });
    pulses();
    assertThat(chart.paintCount() - before).isEqualTo(1);
    robot.interact(() -> chart.setLive(true));
    pulses();
    assertThat(chart.paintCount() - before).isEqualTo(2);
  }

  @Test
  void withoutKnownValuesTheEmptyTextIsSaidAndAStaleChartSaysWhy(FxRobot robot) {
    robot.interact(() -> chart.showUntil(START_MS));
    pulses();
    assertThat(chart.node().getAccessibleText()).endsWith("No traffic");
    fill(robot);
    assertThat(chart.node().getAccessibleText()).doesNotContain("No traffic");
    robot.interact(() -> chart.staleTextProperty().set("no answer for 9 s"));
    pulses();
    assertThat(chart.node().getAccessibleText()).endsWith("no answer for 9 s");
  }

  @Test
  void arrowKeysMoveTheCursorAndTheLegendFollows(FxRobot robot) {
    fill(robot);
    robot.interact(() -> chart.node().requestFocus());
    robot.push(KeyCode.HOME);
    pulses();
    String atHome = robot.lookup(".chart-cursor-time").queryLabeled().getText();
    assertThat(atHome).matches("\\d\\d:\\d\\d:\\d\\d");
    robot.push(KeyCode.RIGHT);
    assertThat(robot.lookup(".chart-cursor-time").queryLabeled().getText()).isNotEqualTo(atHome);
    robot.push(KeyCode.ESCAPE);
    assertThat(robot.lookup(".chart-cursor-time").queryLabeled().getText()).isEmpty();
  }

  @Test
  void aPartThatIsDraggedOverIsZoomedIntoAndEscapeLeadsBack(FxRobot robot) {
    SharedTime time = new SharedTime();
    robot.interact(() -> chart.follow(time));
    fill(robot);
    robot.interact(() -> {
      Node plot = chart.node().lookup(".chart-band").getParent();
      // The stage's size is what an earlier test left.
      double width = plot.getBoundsInLocal().getWidth();
      double left = plot.localToScene(0, 0).getX();
      fire(plot, MouseEvent.MOUSE_PRESSED, left + width * 0.4);
      fire(plot, MouseEvent.MOUSE_DRAGGED, left + width * 0.7);
      fire(plot, MouseEvent.MOUSE_RELEASED, left + width * 0.7);
    });
    SharedTime.Span zoom = WaitForAsyncUtils.waitForAsyncFx(9000, () -> time.zoomProperty().get());
    assertThat(zoom.length()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
    robot.interact(() -> chart.node().requestFocus());
    robot.push(KeyCode.PLUS);
    assertThat(WaitForAsyncUtils.waitForAsyncFx(9000, () -> time.zoomProperty().get()).length())
        .isLessThan(zoom.length());
    robot.push(KeyCode.ESCAPE);
    assertThat(
            WaitForAsyncUtils.<Boolean>waitForAsyncFx(
                9000, () -> time.zoomProperty().get() == null))
        .isTrue();
  }

  private static void fire(Node target, EventType<MouseEvent> type, double x) {
    Event.fireEvent(
        target,
        new MouseEvent(
            type,
            x,
            40,
            x,
            40,
            MouseButton.PRIMARY,
            1,
            false,
            false,
            false,
            false,
            true,
            false,
            false,
            false,
            false,
            true,
            null));
  }

  @Test
  void hiddenSeriesLeaveThePictureTheLegendAndTheExport(FxRobot robot) throws Exception {
    fill(robot);
    robot.interact(() -> chart.setSeriesVisible("hit", false));
    pulses();
    Image image = WaitForAsyncUtils.asyncFx(chart::picture).get(10, TimeUnit.SECONDS);
    assertThat(count(image, ChartTheme.DARK.seriesColor(1))).isZero();
    StringBuilder csv = new StringBuilder();
    chart.writeCsv(csv);
    assertThat(csv.toString()).startsWith("time,read [1/s]\r\n2023-11-14T22:13:20Z,100.0\r\n");
  }

  @Test
  void aSeriesTooManyIsRefused(FxRobot robot) {
    robot.interact(() -> {
      chart.setWindow(Duration.ofMinutes(1));
      for (int i = 2; i < TimeChart.MAX_SERIES; i++) {
        chart.addSeries("s" + i, new SimpleStringProperty("s"));
      }
      assertThatThrownBy(() -> chart.addSeries("x", new SimpleStringProperty("x")))
          .hasMessageContaining("chart blocks has 24 series");
    });
  }
}

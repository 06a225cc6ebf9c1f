package org.relevo.app.frame;

import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.scene.Parent;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.Pane;
import javafx.scene.transform.Scale;

/// Shows everything larger or smaller, 80 to 200 percent. Where the window has no room for the
/// content at that size, it scrolls.
///
/// Owner: FX thread.
public final class ScaledPane extends Pane {
  private static final int[] STEPS = {80, 90, 100, 110, 125, 150, 175, 200};
  private static final double LEAST_WIDTH = 1000;
  private static final double LEAST_HEIGHT = 640;
  // A scroll bar's width, so that one bar does not make the other.
  private static final double BAR = 16;

  private final IntegerProperty percent = new SimpleIntegerProperty(100);
  private final Scale scale = new Scale(1, 1, 0, 0);
  private final Parent content;
  private final Pane sized = new Pane();
  private final ScrollPane scroll = new ScrollPane(sized);

  public ScaledPane(Parent content) {
    this.content = content;
    content.getTransforms().add(scale);
    sized.getChildren().add(content);
    content.setManaged(false);
    scroll.getStyleClass().add("edge-to-edge");
    scroll.setFocusTraversable(false);
    getChildren().add(scroll);
    percent.addListener((_, _, _) -> {
      scale.setX(percent.get() / 100.0);
      scale.setY(percent.get() / 100.0);
      requestLayout();
    });
  }

  public ReadOnlyIntegerProperty percentProperty() {
    return percent;
  }

  public int percent() {
    return percent.get();
  }

  /// @param wanted taken to the nearest step
  public void percent(int wanted) {
    int nearest = 100;
    for (int step : STEPS) {
      if (Math.abs(step - wanted) < Math.abs(nearest - wanted)) {
        nearest = step;
      }
    }
    percent.set(nearest);
  }

  /// Larger for 1, smaller for -1, as at first for 0.
  public void step(int direction) {
    if (direction == 0) {
      percent.set(100);
      return;
    }
    for (int i = 0; i < STEPS.length; i++) {
      if (STEPS[i] == percent.get()) {
        percent.set(STEPS[Math.clamp((long) i + direction, 0, STEPS.length - 1)]);
        return;
      }
    }
  }

  @Override
  protected void layoutChildren() {
    double factor = percent.get() / 100.0;
    boolean wide = getWidth() / factor >= LEAST_WIDTH;
    boolean high = getHeight() / factor >= LEAST_HEIGHT;
    double width = Math.max(LEAST_WIDTH, (getWidth() - (high ? 0 : BAR)) / factor);
    double height = Math.max(LEAST_HEIGHT, (getHeight() - (wide ? 0 : BAR)) / factor);
    scroll.setHbarPolicy(
        wide ? ScrollPane.ScrollBarPolicy.NEVER : ScrollPane.ScrollBarPolicy.ALWAYS);
    scroll.setVbarPolicy(
        high ? ScrollPane.ScrollBarPolicy.NEVER : ScrollPane.ScrollBarPolicy.ALWAYS);
    scroll.resizeRelocate(0, 0, getWidth(), getHeight());
    sized.setMinSize(width * factor, height * factor);
    sized.setMaxSize(width * factor, height * factor);
    content.resizeRelocate(0, 0, width, height);
  }
}

package org.relevo.app.chart;

import java.awt.geom.Rectangle2D;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javafx.scene.Node;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Region;
import javafx.scene.shape.Rectangle;

/// Mouse and keys of one chart: the cross-hair, a part dragged over to zoom into, the wheel, and
/// the same with arrows, plus and minus. Owner: FX thread.
final class ChartGestures {
  private static final double LEAST_DRAG = 6;
  private static final long STEPS = 300;

  private final Supplier<SharedTime> time;
  private final LongSupplier newest;
  private final Supplier<Rectangle2D> area;
  private final Rectangle band = new Rectangle();
  private double pressedX = Double.NaN;

  /// @param newest right end of the chart while nothing is zoomed into
  /// @param area where the lines are
  ChartGestures(Supplier<SharedTime> time, LongSupplier newest, Supplier<Rectangle2D> area) {
    this.time = time;
    this.newest = newest;
    this.area = area;
    band.setManaged(false);
    band.setVisible(false);
    band.setMouseTransparent(true);
    band.getStyleClass().add("chart-band");
  }

  /// Drawn over what is being dragged over.
  Rectangle band() {
    return band;
  }

  void attach(Region plot, Node keys) {
    plot.setOnMouseMoved(event -> time.get().cursorProperty().set(at(event.getX())));
    plot.setOnMouseExited(_ -> time.get().cursorProperty().set(null));
    plot.setOnMousePressed(event -> pressedX = within(event.getX()));
    plot.setOnMouseDragged(this::dragged);
    plot.setOnMouseReleased(this::released);
    plot.setOnMouseClicked(event -> {
      if (event.getButton() == MouseButton.PRIMARY && event.getClickCount() == 2) {
        time.get().unzoom();
      }
    });
    plot.setOnScroll(this::wheel);
    keys.addEventHandler(KeyEvent.KEY_PRESSED, this::key);
  }

  private void dragged(MouseEvent event) {
    if (Double.isNaN(pressedX)) {
      return;
    }
    double x = within(event.getX());
    Rectangle2D lines = area.get();
    band.setX(Math.min(pressedX, x));
    band.setWidth(Math.abs(x - pressedX));
    band.setY(lines.getMinY());
    band.setHeight(lines.getHeight());
    band.setVisible(band.getWidth() >= LEAST_DRAG);
  }

  private void released(MouseEvent event) {
    double from = pressedX;
    pressedX = Double.NaN;
    band.setVisible(false);
    double x = within(event.getX());
    if (!Double.isNaN(from) && Math.abs(x - from) >= LEAST_DRAG) {
      time.get().zoom(at(from), at(x));
    }
  }

  private void wheel(ScrollEvent event) {
    // Without Ctrl the wheel scrolls the page, as everywhere.
    if (!event.isShortcutDown() || event.getDeltaY() == 0) {
      return;
    }
    if (event.getDeltaY() > 0) {
      time.get().zoomIn(at(event.getX()), newest.getAsLong());
    } else {
      time.get().zoomOut(newest.getAsLong());
    }
    event.consume();
  }

  private void key(KeyEvent event) {
    SharedTime shared = time.get();
    SharedTime.Span shown = shared.shown(newest.getAsLong());
    Long cursor = shared.cursorProperty().get();
    long step = Math.max(1000, shown.length().toMillis() / STEPS) * (event.isShiftDown() ? 10 : 1);
    long now = cursor == null ? shown.untilMs() : cursor;
    if (event.isShortcutDown()) {
      return;
    }
    switch (event.getCode()) {
      case LEFT -> shared.cursorProperty().set(Math.max(shown.fromMs(), now - step));
      case RIGHT -> shared.cursorProperty().set(Math.min(shown.untilMs(), now + step));
      case HOME -> shared.cursorProperty().set(shown.fromMs());
      case PLUS, ADD, EQUALS -> shared.zoomIn(now, newest.getAsLong());
      case MINUS, SUBTRACT -> shared.zoomOut(newest.getAsLong());
      case ESCAPE, END -> {
        if (cursor != null) {
          shared.cursorProperty().set(null);
        } else if (shared.zoomProperty().get() != null) {
          shared.unzoom();
        } else {
          return;
        }
      }
      default -> {
        return;
      }
    }
    event.consume();
  }

  private double within(double x) {
    Rectangle2D lines = area.get();
    return Math.clamp(x, lines.getMinX(), Math.max(lines.getMinX(), lines.getMaxX()));
  }

  private long at(double x) {
    Rectangle2D lines = area.get();
    SharedTime.Span shown = time.get().shown(newest.getAsLong());
    double share = lines.getWidth() <= 0 ? 1 : (within(x) - lines.getMinX()) / lines.getWidth();
    return shown.fromMs() + Math.round(share * shown.length().toMillis());
  }
}

package org.relevo.app.view.dashboard;

import java.util.List;
import javafx.geometry.Insets;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.layout.Pane;

/// Equal cells in one, two or three columns, as wide as the window allows. Owner: FX thread.
final class ChartGrid extends Pane {
  private static final double GAP = 10;
  private static final double MIN_CELL_WIDTH = 310;
  private static final double MIN_CELL_HEIGHT = 168;
  private static final int MAX_COLUMNS = 3;

  ChartGrid() {
    getStyleClass().add("chart-grid");
  }

  @Override
  public Orientation getContentBias() {
    return Orientation.HORIZONTAL;
  }

  @Override
  protected double computeMinHeight(double width) {
    return computePrefHeight(width);
  }

  @Override
  protected double computePrefHeight(double width) {
    Insets insets = getInsets();
    int rows = rows(columns(width < 0 ? getWidth() : width));
    return insets.getTop() + insets.getBottom() + rows * MIN_CELL_HEIGHT + (rows - 1) * GAP;
  }

  @Override
  protected double computeMinWidth(double height) {
    return MIN_CELL_WIDTH;
  }

  @Override
  protected void layoutChildren() {
    List<Node> cells = getManagedChildren();
    Insets insets = getInsets();
    int columns = columns(getWidth());
    int rows = rows(columns);
    double width = getWidth() - insets.getLeft() - insets.getRight();
    double height = getHeight() - insets.getTop() - insets.getBottom();
    double cellWidth = Math.floor((width - (columns - 1) * GAP) / columns);
    double cellHeight = Math.floor((height - (rows - 1) * GAP) / rows);
    for (int i = 0; i < cells.size(); i++) {
      double x = insets.getLeft() + (i % columns) * (cellWidth + GAP);
      double y = insets.getTop() + Math.floorDiv(i, columns) * (cellHeight + GAP);
      cells.get(i).resizeRelocate(x, y, cellWidth, Math.max(MIN_CELL_HEIGHT, cellHeight));
    }
  }

  private static int columns(double width) {
    return (int) Math.clamp((width + GAP) / (MIN_CELL_WIDTH + GAP), 1, MAX_COLUMNS);
  }

  private int rows(int columns) {
    return Math.max(1, Math.ceilDiv(getManagedChildren().size(), columns));
  }
}

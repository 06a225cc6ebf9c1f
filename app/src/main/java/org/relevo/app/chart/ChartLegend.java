package org.relevo.app.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.shape.Line;
import javafx.scene.shape.StrokeLineCap;

/// The names of the lines with a piece of each line and its value. Owner: FX thread.
final class ChartLegend {
  private static final double SAMPLE_WIDTH = 16;

  private final FlowPane pane = new FlowPane(8, 1);
  private final List<Entry> entries = new ArrayList<>();
  private final double valueWidth;

  private record Entry(HBox box, Line sample, Label name, Label value) {}

  ChartLegend(ChartUnit unit) {
    // Room for the usual longest text, so that entries do not move when a digit more is needed.
    valueWidth =
        switch (unit) {
          case BYTES_PER_SECOND -> 60;
          case BYTES, PER_SECOND, MILLISECONDS -> 46;
          case PERCENT, COUNT -> 40;
        };
    pane.getStyleClass().add("chart-legend");
  }

  Region node() {
    return pane;
  }

  void add(ObservableValue<String> name, ChartTheme theme) {
    int index = entries.size();
    Line sample = new Line(0, 0, SAMPLE_WIDTH, 0);
    sample.setStrokeWidth(2);
    sample.setStrokeLineCap(StrokeLineCap.BUTT);
    for (double length : ChartTheme.dash(index)) {
      sample.getStrokeDashArray().add(length);
    }
    sample.setStroke(theme.seriesColor(index));
    Label nameLabel = new Label();
    nameLabel.textProperty().bind(name);
    nameLabel.getStyleClass().add("chart-legend-name");
    nameLabel.setMinWidth(Region.USE_PREF_SIZE);
    Label valueLabel = new Label(ChartUnit.UNKNOWN);
    valueLabel.getStyleClass().add("chart-legend-value");
    valueLabel.setMinWidth(valueWidth);
    HBox box = new HBox(4, sample, nameLabel, valueLabel);
    box.setAlignment(Pos.CENTER_LEFT);
    box.managedProperty().bind(box.visibleProperty());
    entries.add(new Entry(box, sample, nameLabel, valueLabel));
    pane.getChildren().add(box);
  }

  void setVisible(int index, boolean visible) {
    entries.get(index).box().setVisible(visible);
  }

  void setTheme(ChartTheme theme) {
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).sample().setStroke(theme.seriesColor(i));
    }
  }

  /// Writes the values that hold at a time.
  void showValues(List<TimeSeries> series, long atMs, ChartUnit unit, Locale locale) {
    for (int i = 0; i < entries.size(); i++) {
      Label value = entries.get(i).value();
      String text = unit.format(series.get(i).valueAt(atMs), locale);
      if (!text.equals(value.getText())) {
        value.setText(text);
        double wanted = value.prefWidth(-1);
        if (wanted > value.getMinWidth()) {
          value.setMinWidth(wanted);
        }
      }
    }
  }

  /// The visible entries as one sentence, for readers of the screen.
  String describe() {
    StringBuilder text = new StringBuilder();
    for (Entry entry : entries) {
      if (entry.box().isVisible()) {
        text.append(text.isEmpty() ? "" : ", ").append(entry.name().getText());
        text.append(' ').append(entry.value().getText());
      }
    }
    return text.toString();
  }
}

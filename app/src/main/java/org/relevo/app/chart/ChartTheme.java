package org.relevo.app.chart;

import java.util.List;
import javafx.scene.paint.Color;

/// Colours of a chart. Series colours are none of the state colours (good, warning, critical), keep
/// their distance under the common colour blindnesses, and every series has its own dash as well.
record ChartTheme(
    Color background, Color grid, Color axis, Color text, Color mark, List<Color> series) {

  static final ChartTheme DARK =
      new ChartTheme(
          Color.web("#0D1117"),
          Color.web("#262C36"),
          Color.web("#6E7681"),
          Color.web("#C9D1D9"),
          Color.web("#B9A5F2"),
          colors("#56B4E9", "#E69F00", "#1FBF9C", "#CC79A7", "#C9C45B", "#9AA5B1"));

  static final ChartTheme LIGHT =
      new ChartTheme(
          Color.web("#FFFFFF"),
          Color.web("#E3E7EC"),
          Color.web("#767F89"),
          Color.web("#24292F"),
          Color.web("#6B46C1"),
          colors("#0072B2", "#B35C00", "#1B7F6B", "#A3477C", "#6F6A00", "#57606A"));

  private static final List<double[]> DASHES =
      List.of(
          new double[0],
          new double[] {7, 3},
          new double[] {2, 2},
          new double[] {9, 3, 2, 3},
          new double[] {4, 4},
          new double[] {12, 4});

  ChartTheme {
    series = List.copyOf(series);
  }

  Color seriesColor(int index) {
    return series.get(index % series.size());
  }

  /// Lengths of line and blank in pixels, empty for a solid line.
  static double[] dash(int index) {
    return DASHES.get(index % DASHES.size()).clone();
  }

  private static List<Color> colors(String... webColors) {
    return List.of(webColors).stream().map(Color::web).toList();
  }
}

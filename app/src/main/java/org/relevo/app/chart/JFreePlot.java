package org.relevo.app.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Stroke;
import java.awt.geom.Rectangle2D;
import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.fx.ChartCanvas;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;

/// JFreeChart's plot on its canvas, with every paint taken from a [ChartTheme] and no repaint of
/// its own: [#paint] is the only thing that draws. Owner: FX thread.
final class JFreePlot {
  private static final float LINE_WIDTH = 1.6f;
  private static final int FONT_SIZE = 11;
  private static final int MARK_FONT_SIZE = 10;
  // About what the labels of the value axis take.
  private static final double AXIS_WIDTH = 60;
  private static final double RIGHT_PADDING = 4;
  private static final double CHARACTER_WIDTH = 6.5;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("MM-dd HH:mm");
  private static final double HALF_A_DAY_MS = 12 * 3_600_000.0;
  private static final long[] TIME_STEPS_MS = {
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    345_600_000,
    604_800_000
  };

  private final ChartUnit unit;
  private final SeriesDataset dataset = new SeriesDataset();
  private final NumberAxis timeAxis = new NumberAxis();
  private final NumberAxis valueAxis = new NumberAxis();
  private final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
  private final XYPlot plot = new XYPlot(dataset, timeAxis, valueAxis, renderer);
  private final JFreeChart chart;
  private final ChartCanvas canvas;
  private final javafx.scene.text.Font fxFont =
      javafx.scene.text.Font.font(BundledFont.REGULAR.getFamily(), FONT_SIZE);
  private ChartTheme theme = ChartTheme.LIGHT;

  JFreePlot(ChartUnit unit, Locale locale) {
    this.unit = unit;
    Font font = BundledFont.REGULAR.deriveFont((float) FONT_SIZE);
    this.chart = new JFreeChart(null, font, plot, false);
    chart.setNotify(false);
    plot.setNotify(false);
    chart.setBackgroundPaint(null);
    chart.setPadding(new RectangleInsets(7, 0, 0, RIGHT_PADDING));
    plot.setBackgroundPaint(null);
    plot.setOutlineVisible(false);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    plot.setInsets(new RectangleInsets(2, 2, 2, 2));
    plot.setDomainGridlinesVisible(false);
    renderer.setDrawSeriesLineAsPath(true);
    renderer.setDefaultCreateEntities(false);
    for (NumberAxis axis : List.of(timeAxis, valueAxis)) {
      axis.setTickLabelFont(font);
      axis.setAutoRange(false);
      axis.setAutoTickUnitSelection(false);
      axis.setTickMarksVisible(false);
      axis.setLowerMargin(0);
      axis.setUpperMargin(0);
    }
    valueAxis.setAxisLineVisible(false);
    timeAxis.setNumberFormatOverride(axisFormat(this::clock));
    setLocale(locale);
    canvas = new ChartCanvas(chart);
    canvas.setTooltipEnabled(false);
    chart.removeChangeListener(canvas);
    setTheme(theme);
  }

  ChartCanvas canvas() {
    return canvas;
  }

  void setLocale(Locale locale) {
    valueAxis.setNumberFormatOverride(axisFormat(value -> unit.format(value, locale)));
  }

  void setTheme(ChartTheme newTheme) {
    theme = newTheme;
    for (NumberAxis axis : List.of(timeAxis, valueAxis)) {
      axis.setTickLabelPaint(awt(theme.text()));
      axis.setAxisLinePaint(awt(theme.axis()));
    }
    plot.setRangeGridlinePaint(awt(theme.grid()));
    plot.setRangeGridlineStroke(new BasicStroke(1));
    for (int i = 0; i < dataset.getSeriesCount(); i++) {
      renderer.setSeriesPaint(i, awt(theme.seriesColor(i)));
    }
  }

  void addLine(String id) {
    int index = dataset.getSeriesCount();
    dataset.addLine(id);
    renderer.setSeriesPaint(index, awt(theme.seriesColor(index)));
    renderer.setSeriesStroke(index, stroke(index));
  }

  /// Draws the lines between two times.
  ///
  /// @param shown in the order they were added
  /// @param visible whether the series of the same place is drawn
  void paint(
      List<TimeSeries> shown,
      List<Boolean> visible,
      List<ChartMark> marks,
      long fromMs,
      long untilMs) {
    double max = Double.NaN;
    for (int i = 0; i < shown.size(); i++) {
      if (visible.get(i)) {
        TimeSeries series = shown.get(i);
        dataset.load(i, series, fromMs, untilMs);
        double seriesMax = series.maxWithin(fromMs, untilMs);
        max =
            Double.isNaN(max)
                ? seriesMax
                : Math.max(max, Double.isNaN(seriesMax) ? max : seriesMax);
      } else {
        dataset.empty(i);
      }
    }
    timeAxis.setRange((double) fromMs, (double) Math.max(untilMs, fromMs + 1));
    timeAxis.setTickUnit(new NumberTickUnit(timeStepMs(untilMs - fromMs)));
    valueAxis.setRange(0, unit.top(max));
    valueAxis.setTickUnit(new NumberTickUnit(unit.step(max)));
    placeMarks(marks, fromMs, untilMs);
    // The drawing context forgets its font between two paints while JFreeChart's bridge believes it
    // still has the last one; so the font it starts with must be that of the axes.
    canvas.getGraphicsContext2D().setFont(fxFont);
    canvas.draw();
  }

  /// Where the lines are, in pixels of the canvas; null before the first paint.
  Rectangle2D dataArea() {
    return canvas.getRenderingInfo().getPlotInfo().getDataArea();
  }

  /// A label that would be cut at the right edge, or cover the value axis, is left out.
  private String clock(double epochMs) {
    double msPerPixel =
        timeAxis.getRange().getLength() / Math.max(1, canvas.getWidth() - AXIS_WIDTH);
    double labelHalfMs = (CHARACTER_WIDTH * 4 - RIGHT_PADDING) * msPerPixel;
    double leftHalfMs = (CHARACTER_WIDTH * 4 - RIGHT_PADDING * 3) * msPerPixel;
    boolean cut =
        epochMs + labelHalfMs > timeAxis.getUpperBound()
            || epochMs - leftHalfMs < timeAxis.getLowerBound();
    return cut
        ? ""
        : (timeAxis.getRange().getLength() > HALF_A_DAY_MS ? DAY : CLOCK)
            .format(Instant.ofEpochMilli((long) epochMs).atZone(ZoneId.systemDefault()));
  }

  private long timeStepMs(long windowMs) {
    double labelWidth = CHARACTER_WIDTH * (windowMs > HALF_A_DAY_MS ? 11 : 8) * 1.6;
    double fitting = Math.max(1, (canvas.getWidth() - AXIS_WIDTH) / labelWidth);
    for (long step : TIME_STEPS_MS) {
      if (windowMs / (double) step <= fitting) {
        return step;
      }
    }
    return TIME_STEPS_MS[TIME_STEPS_MS.length - 1];
  }

  /// Newer labels are more interesting, so an older one that would be covered is left out; its line
  /// stays.
  private void placeMarks(List<ChartMark> marks, long fromMs, long untilMs) {
    plot.clearDomainMarkers();
    double msPerPixel = (untilMs - fromMs) / Math.max(1, canvas.getWidth() - AXIS_WIDTH);
    double freeUntilMs = Double.POSITIVE_INFINITY;
    for (ChartMark mark : marks.reversed()) {
      if (mark.atEpochMs() < fromMs || mark.atEpochMs() > untilMs) {
        continue;
      }
      ValueMarker marker = new ValueMarker(mark.atEpochMs(), awt(theme.mark()), markStroke(mark));
      double widthMs = (mark.label().length() + 1) * CHARACTER_WIDTH * msPerPixel;
      boolean left = mark.atEpochMs() + widthMs > untilMs;
      double labelEndMs = left ? mark.atEpochMs() : mark.atEpochMs() + widthMs;
      if (labelEndMs <= freeUntilMs) {
        label(marker, mark, left);
        freeUntilMs = left ? mark.atEpochMs() - widthMs : mark.atEpochMs();
      }
      plot.addDomainMarker(marker);
    }
  }

  private void label(ValueMarker marker, ChartMark mark, boolean left) {
    marker.setLabel(mark.label());
    marker.setLabelFont(timeAxis.getTickLabelFont().deriveFont((float) MARK_FONT_SIZE));
    marker.setLabelPaint(awt(theme.mark()));
    marker.setLabelAnchor(left ? RectangleAnchor.TOP_LEFT : RectangleAnchor.TOP_RIGHT);
    marker.setLabelTextAnchor(left ? TextAnchor.TOP_RIGHT : TextAnchor.TOP_LEFT);
    marker.setLabelBackgroundColor(awt(theme.background()));
  }

  private static Stroke markStroke(ChartMark mark) {
    return switch (mark.kind()) {
      case ROLE_CHANGE, PROBLEM -> new BasicStroke(1.5f);
      case OPERATION, CHECKPOINT ->
          new BasicStroke(
              1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {3, 3}, 0);
    };
  }

  private static Stroke stroke(int index) {
    double[] dash = ChartTheme.dash(index);
    if (dash.length == 0) {
      return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    }
    float[] lengths = new float[dash.length];
    for (int i = 0; i < dash.length; i++) {
      lengths[i] = (float) dash[i];
    }
    return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, lengths, 0);
  }

  private static Color awt(javafx.scene.paint.Color color) {
    return new Color(
        (float) color.getRed(),
        (float) color.getGreen(),
        (float) color.getBlue(),
        (float) color.getOpacity());
  }

  /// JFreeChart asks for a `NumberFormat` where a function would do.
  private static NumberFormat axisFormat(DoubleFunction<String> text) {
    return new NumberFormat() {
      private static final long serialVersionUID = 1L;

      @Override
      public StringBuffer format(double number, StringBuffer out, FieldPosition position) {
        return out.append(text.apply(number));
      }

      @Override
      public StringBuffer format(long number, StringBuffer out, FieldPosition position) {
        return out.append(text.apply((double) number));
      }

      @Override
      public Number parse(String source, ParsePosition position) {
        throw new UnsupportedOperationException("axis labels are only written");
      }
    };
  }
}

package org.relevo.app.chart;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.image.Image;
import javafx.scene.layout.Region;

/// Several lines over one time axis, with a legend that carries the current values, a cursor (mouse
/// or arrow keys) and marks for what happened.
///
/// Colours follow the window's theme by themselves. Calls only note what changed; the picture is
/// painted once in the next pulse, and only while the chart is live and in a window. Owner: FX
/// thread.
public interface TimeChart {
  int MAX_SERIES = 24;
  int MAX_MARKS = 100;

  /// @param id for tests and style sheets
  static TimeChart create(String id, ChartUnit unit) {
    return new JFreeTimeChart(id, unit);
  }

  Region node();

  ChartUnit unit();

  StringProperty titleProperty();

  /// Shown over the plot when no series has a known value in the window, such as "No traffic".
  StringProperty emptyTextProperty();

  /// Shown over the plot when every known value in the window is zero: a flat line is explained.
  StringProperty idleTextProperty();

  /// Shown over the dimmed plot while not "": why the data is not current.
  StringProperty staleTextProperty();

  /// Adds a line after the existing ones; its place decides colour and dash.
  ///
  /// @throws IllegalStateException when there are [#MAX_SERIES] already
  TimeSeries addSeries(String seriesId, ObservableValue<String> name);

  /// The line of that id, added when there is none.
  ///
  /// @param gapAfterMs longest distance of two points that are still joined
  TimeSeries series(String seriesId, ObservableValue<String> name, long gapAfterMs);

  /// Hides or shows a line, its legend entry included; a hidden one goes on collecting.
  void setSeriesVisible(String seriesId, boolean visible);

  boolean hasSeries(String seriesId);

  void setMarks(List<ChartMark> marks);

  /// Moves the right end of the time axis; what was added to the series becomes visible with it.
  void showUntil(long epochMs);

  /// How much time is shown; of all charts that follow the same time.
  void setWindow(Duration window);

  /// Shows the same time as others do: range, zoom and cross-hair.
  void follow(SharedTime shared);

  void setLocale(Locale locale);

  /// A chart that is not live keeps collecting and is not painted.
  void setLive(boolean live);

  /// How often the picture was painted since it was made.
  long paintCount();

  /// Title, plot and legend as shown now.
  Image picture();

  /// Times in ISO 8601 UTC, one column a visible series, header with units; empty cells are
  /// unknown.
  void writeCsv(Appendable out) throws IOException;
}

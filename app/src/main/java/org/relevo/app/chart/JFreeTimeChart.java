package org.relevo.app.chart;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.SnapshotParameters;
import javafx.scene.control.Label;
import javafx.scene.image.Image;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.paint.Color;
import javafx.scene.paint.Paint;
import javafx.scene.shape.Line;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/// [TimeChart] on JFreeChart FX. Owner: FX thread.
final class JFreeTimeChart implements TimeChart {
  /// One lost sample at 1 Hz is not a gap yet, two are.
  private static final long GAP_AFTER_MS = 2_500;

  /// Room behind a past for the live values that come until it is read again.
  private static final int NEWER = 100;

  private static final double OVERLAY_TOP = 10;
  private static final double STALE_OPACITY = 0.4;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private final String id;
  private final ChartUnit unit;
  private final JFreePlot plot;
  private final ChartLegend legend;
  private final List<Shown> lines = new ArrayList<>();
  private final StringProperty title = new SimpleStringProperty("");
  private final StringProperty emptyText = new SimpleStringProperty("");
  private final StringProperty idleText = new SimpleStringProperty("");
  private final StringProperty staleText = new SimpleStringProperty("");
  private final Label cursorTime = new Label();
  private final Label overlay = new Label();
  private final Line cursor = new Line();
  private final ChartGestures gestures;
  private final PlotPane plotPane;
  private final VBox root;

  private Locale locale = Locale.getDefault();
  private ChartTheme theme = ChartTheme.LIGHT;
  private List<ChartMark> marks = List.of();
  private SharedTime time = new SharedTime();
  private Subscription followed = Subscription.EMPTY;
  private long newestMs;
  private boolean live = true;
  private boolean dirty = true;
  private long paints;

  /// One line as the chart holds it. Owner: the chart.
  private static final class Shown {
    private final String id;
    private final ObservableValue<String> name;
    private final TimeSeries series;
    private boolean visible = true;

    private Shown(String id, ObservableValue<String> name, long gapAfterMs) {
      this.id = id;
      this.name = name;
      this.series = new TimeSeries(TimeSeries.CAPACITY + NEWER, gapAfterMs);
    }
  }

  JFreeTimeChart(String id, ChartUnit unit) {
    this.id = id;
    this.unit = unit;
    this.plot = new JFreePlot(unit, locale);
    this.legend = new ChartLegend(unit);
    this.gestures = new ChartGestures(() -> time, () -> newestMs, plot::dataArea);
    this.plotPane = new PlotPane();
    Label titleLabel = new Label();
    titleLabel.textProperty().bind(title);
    titleLabel.getStyleClass().add("chart-title");
    titleLabel.setMinWidth(Region.USE_PREF_SIZE);
    titleLabel.textFillProperty().addListener((_, _, fill) -> followText(fill));
    cursorTime.getStyleClass().add("chart-cursor-time");
    cursorTime.setMinWidth(Region.USE_PREF_SIZE);
    Region space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    HBox header = new HBox(8, titleLabel, space, cursorTime);
    header.setAlignment(Pos.CENTER_LEFT);
    root = new VBox(2, header, plotPane, legend.node());
    VBox.setVgrow(plotPane, Priority.ALWAYS);
    root.setId(id);
    root.getStyleClass().add("time-chart");
    root.setFocusTraversable(true);
    root.setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    root.setOnMousePressed(_ -> root.requestFocus());
    gestures.attach(plotPane, root);
    followed = join(time);
    staleText.addListener((_, _, text) -> showStale(text));
    emptyText.addListener((_, _, _) -> touch());
    idleText.addListener((_, _, _) -> touch());
    title.addListener((_, _, _) -> touch());
    root.sceneProperty().addListener((_, _, _) -> touch());
  }

  @Override
  public Region node() {
    return root;
  }

  @Override
  public ChartUnit unit() {
    return unit;
  }

  @Override
  public StringProperty titleProperty() {
    return title;
  }

  @Override
  public StringProperty emptyTextProperty() {
    return emptyText;
  }

  @Override
  public StringProperty idleTextProperty() {
    return idleText;
  }

  @Override
  public StringProperty staleTextProperty() {
    return staleText;
  }

  @Override
  public TimeSeries addSeries(String seriesId, ObservableValue<String> name) {
    return add(seriesId, name, GAP_AFTER_MS);
  }

  @Override
  public TimeSeries series(String seriesId, ObservableValue<String> name, long gapAfterMs) {
    for (Shown line : lines) {
      if (line.id.equals(seriesId)) {
        return line.series;
      }
    }
    return add(seriesId, name, gapAfterMs);
  }

  private TimeSeries add(String seriesId, ObservableValue<String> name, long gapAfterMs) {
    if (lines.size() == MAX_SERIES) {
      throw new IllegalStateException(
          "chart " + id + " has " + MAX_SERIES + " series already; hide some nodes");
    }
    Shown line = new Shown(seriesId, name, gapAfterMs);
    lines.add(line);
    plot.addLine(seriesId);
    legend.add(name, theme);
    touch();
    return line.series;
  }

  @Override
  public void setSeriesVisible(String seriesId, boolean visible) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).id.equals(seriesId) && lines.get(i).visible != visible) {
        lines.get(i).visible = visible;
        legend.setVisible(i, visible);
        touch();
      }
    }
  }

  @Override
  public boolean hasSeries(String seriesId) {
    return lines.stream().anyMatch(line -> line.id.equals(seriesId));
  }

  @Override
  public void setMarks(List<ChartMark> newMarks) {
    int size = newMarks.size();
    marks = List.copyOf(newMarks.subList(Math.max(0, size - MAX_MARKS), size));
    touch();
  }

  @Override
  public void showUntil(long epochMs) {
    newestMs = epochMs;
    touch();
  }

  @Override
  public void setWindow(Duration window) {
    time.windowProperty().set(window);
  }

  @Override
  public void follow(SharedTime shared) {
    followed.unsubscribe();
    time = shared;
    followed = join(shared);
    touch();
  }

  private Subscription join(SharedTime shared) {
    return Subscription.combine(
        shared.windowProperty().subscribe(this::touch),
        shared.zoomProperty().subscribe(this::touch),
        shared.cursorProperty().subscribe(this::showCursor));
  }

  /// The window's style sheet colours the title; light text means a dark window.
  private void followText(Paint fill) {
    if (fill instanceof Color color) {
      ChartTheme wanted = color.getBrightness() > 0.5 ? ChartTheme.DARK : ChartTheme.LIGHT;
      if (!wanted.equals(theme)) {
        setTheme(wanted);
      }
    }
  }

  private void setTheme(ChartTheme newTheme) {
    theme = newTheme;
    plot.setTheme(newTheme);
    legend.setTheme(newTheme);
    cursor.setStroke(newTheme.axis());
    touch();
  }

  @Override
  public void setLocale(Locale newLocale) {
    locale = newLocale;
    plot.setLocale(newLocale);
    touch();
  }

  @Override
  public void setLive(boolean nowLive) {
    live = nowLive;
    // It may have moved, or gone, in another chart meanwhile.
    showCursor(time.cursorProperty().get());
    touch();
  }

  @Override
  public long paintCount() {
    return paints;
  }

  @Override
  public Image picture() {
    paint();
    SnapshotParameters parameters = new SnapshotParameters();
    parameters.setFill(theme.background());
    return root.snapshot(parameters, null);
  }

  @Override
  public void writeCsv(Appendable out) throws IOException {
    List<Shown> visible = lines.stream().filter(line -> line.visible).toList();
    ChartCsv.write(
        out,
        unit.label(),
        visible.stream().map(line -> line.name.getValue()).toList(),
        visible.stream().map(line -> line.series).toList());
  }

  private void touch() {
    dirty = true;
    if (live) {
      plotPane.requestLayout();
    }
  }

  private void paint() {
    SharedTime.Span shown = time.shown(newestMs);
    List<TimeSeries> series = lines.stream().map(line -> line.series).toList();
    List<Boolean> visible = lines.stream().map(line -> line.visible).toList();
    plot.paint(series, visible, marks, shown.fromMs(), shown.untilMs());
    legend.showValues(series, valuesAt(), unit, locale);
    String text = overlayText(shown);
    overlay.setText(text);
    overlay.setVisible(!text.isEmpty());
    root.setAccessibleText(
        title.get() + ": " + legend.describe() + (text.isEmpty() ? "" : ". " + text));
    dirty = false;
    paints++;
  }

  /// The cross-hair's time, else the newest that is shown.
  private long valuesAt() {
    Long cursorMs = time.cursorProperty().get();
    return cursorMs == null ? time.shown(newestMs).untilMs() : cursorMs;
  }

  private String overlayText(SharedTime.Span shown) {
    if (!staleText.get().isEmpty()) {
      return staleText.get();
    }
    double max = Double.NaN;
    for (Shown line : lines) {
      double lineMax =
          line.visible ? line.series.maxWithin(shown.fromMs(), shown.untilMs()) : Double.NaN;
      max = Double.isNaN(max) || lineMax > max ? lineMax : max;
    }
    if (Double.isNaN(max)) {
      return emptyText.get();
    }
    return max == 0 ? idleText.get() : "";
  }

  private void showStale(String text) {
    plot.canvas().setOpacity(text.isEmpty() ? 1 : STALE_OPACITY);
    touch();
  }

  private void showCursor(@Nullable Long epochMs) {
    if (!live) {
      return;
    }
    cursor.setVisible(epochMs != null);
    if (epochMs == null) {
      cursorTime.setText("");
    } else {
      boolean today = time.shown(newestMs).length().compareTo(Duration.ofHours(12)) < 0;
      cursorTime.setText(
          (today ? CLOCK : DAY)
              .format(Instant.ofEpochMilli(epochMs).atZone(ZoneId.systemDefault())));
      plotPane.placeCursor(epochMs);
    }
    legend.showValues(lines.stream().map(line -> line.series).toList(), valuesAt(), unit, locale);
  }

  /// Holds the canvas and what lies over it. Its layout is the once-a-pulse moment for painting.
  private final class PlotPane extends Pane {
    private PlotPane() {
      setMinSize(80, 60);
      setPrefSize(320, 140);
      cursor.setManaged(false);
      cursor.setVisible(false);
      cursor.setMouseTransparent(true);
      overlay.getStyleClass().add("chart-overlay");
      overlay.setWrapText(true);
      overlay.setMouseTransparent(true);
      overlay.setVisible(false);
      getChildren().addAll(plot.canvas(), gestures.band(), cursor, overlay);
    }

    @Override
    protected void layoutChildren() {
      double width = getWidth();
      double height = getHeight();
      plot.canvas().setWidth(width);
      plot.canvas().setHeight(height);
      if (dirty && live && getScene() != null) {
        paint();
      }
      double overlayWidth = Math.min(overlay.prefWidth(-1), Math.max(0, width - 40));
      double overlayHeight = overlay.prefHeight(overlayWidth);
      overlay.resizeRelocate(
          Math.rint((width - overlayWidth) / 2), OVERLAY_TOP, overlayWidth, overlayHeight);
      Long cursorMs = time.cursorProperty().get();
      if (cursorMs != null) {
        placeCursor(cursorMs);
      }
    }

    private void placeCursor(long epochMs) {
      Rectangle2D area = plot.dataArea();
      SharedTime.Span shown = time.shown(newestMs);
      double share = (epochMs - shown.fromMs()) / (double) shown.length().toMillis();
      double x = area.getMinX() + share * area.getWidth();
      cursor.setVisible(share >= 0 && share <= 1);
      cursor.setStartX(x);
      cursor.setEndX(x);
      cursor.setStartY(area.getMinY());
      cursor.setEndY(area.getMaxY());
    }
  }
}

package org.relevo.app.view.series;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.relevo.app.chart.ChartUnit;
import org.relevo.app.chart.SharedTime;
import org.relevo.app.chart.TimeChart;
import org.relevo.app.chart.TimeSeries;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.EventMarks;
import org.relevo.app.view.part.Histories;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.NodeChoice;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.part.TimeTools;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.PostgresProcess;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.SeriesColumn;
import org.relevo.jmx.contract.SeriesPoint;
import org.relevo.jmx.contract.SeriesSample;
import org.relevo.jmx.contract.SessionOrder;

/// Every figure of a server; the chosen ones drawn for all nodes over a range of time; and the
/// processes of PostgreSQL as ps and iotop show them.
///
/// Owner: FX thread.
public final class SeriesView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final int MOST_CHARTS = 3;
  private static final int ROWS = 300;
  private static final long GAP_STEPS = 4;

  private final AppContext context;
  private final Texts texts;
  private final Poller<Answer> poller;
  private final NodeChoice node;
  private final LiveTable<Figure> figures;
  private final LiveTable<PostgresProcess> processes;
  private final VBox charts = new VBox(8);
  private final Map<String, TimeChart> drawn = new LinkedHashMap<>();
  private final TabPane tabs = new TabPane();
  private final Page page;
  // What the asking thread needs of the time that all charts share.
  private volatile Duration window = Duration.ZERO;
  private volatile SharedTime.@Nullable Span zoom;
  private volatile List<String> wanted = List.of();
  private final EventMarks marks;

  /// A figure with its newest value.
  private record Figure(SeriesColumn column, double value) {}

  private record Answer(
      List<Figure> figures,
      List<String> names,
      SharedTime.Span span,
      int step,
      long until,
      Map<Integer, List<SeriesPoint>> histories,
      List<PostgresProcess> processes,
      String problem) {}

  public SeriesView(AppContext context) {
    super(ScreenId.SERIES);
    this.context = context;
    texts = context.texts();
    poller = new Poller<>(context, "series", PERIOD, this::ask, this::show);
    node = new NodeChoice(context, "series-node", poller::now);
    figures = figures();
    processes = processes();
    page = new Page(context, "series.title");
    marks = new EventMarks(context.model(), texts);
    SharedTime time = context.time();
    poller.pausedProperty().bindBidirectional(time.pausedProperty());
    time.windowProperty()
        .subscribe(chosen -> {
          window = chosen;
          poller.now();
        });
    time.zoomProperty()
        .subscribe(chosen -> {
          zoom = chosen;
          poller.now();
        });
    page.tool(node.node())
        .tool(new TimeTools(texts, time, "series").node())
        .tool(page.pause(poller));
    page.problem(poller.problemProperty());
    SplitPane split = new SplitPane(figures.node(), charts);
    split.setDividerPositions(0.4);
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    tab("series.figures", split);
    tab("series.processes", processes.node());
    page.body(tabs);
  }

  @Override
  protected Page page() {
    return page;
  }

  @Override
  protected Poller<?> poller() {
    return poller;
  }

  @Override
  public void shown() {
    drawn.values().forEach(chart -> chart.setLive(true));
    super.shown();
  }

  @Override
  public void hidden() {
    super.hidden();
    drawn.values().forEach(chart -> chart.setLive(false));
  }

  @Override
  public Optional<String> csv() {
    if (tabs.getSelectionModel().getSelectedIndex() == 1) {
      return Optional.of(processes.csv());
    }
    StringBuilder text = new StringBuilder(figures.csv());
    for (TimeChart chart : drawn.values()) {
      text.append("\r\n");
      try {
        chart.writeCsv(text);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException("a text in memory cannot fail", e);
      }
    }
    return Optional.of(text.toString());
  }

  private void tab(String key, Node content) {
    Tab tab = new Tab();
    tab.textProperty().bind(texts.get(key));
    VBox box = new VBox(content);
    box.getStyleClass().add("tab-body");
    VBox.setVgrow(content, Priority.ALWAYS);
    tab.setContent(box);
    tabs.getTabs().add(tab);
  }

  private LiveTable<Figure> figures() {
    LiveTable<Figure> table = new LiveTable<>(texts, "series-figures", f -> f.column().name());
    table
        .text("series.name", 170, f -> f.column().name())
        .figure("series.value", 90, Figure::value, f -> value(f))
        .text("series.what", 240, f -> f.column().text());
    table.placeholder(new EmptyState("◔", texts.get("series.none"), texts.get("series.none.text")));
    table.node().getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    table
        .node()
        .getSelectionModel()
        .getSelectedItems()
        .addListener(
            (ListChangeListener<LiveTable.Row<Figure>>)
                change -> {
                  List<String> names = new ArrayList<>();
                  change.getList().stream()
                      .filter(row -> row != null)
                      .limit(MOST_CHARTS)
                      .forEach(row -> names.add(row.value().column().name()));
                  if (!names.isEmpty()) {
                    wanted = List.copyOf(names);
                    poller.now();
                  }
                });
    return table;
  }

  private String value(Figure figure) {
    return figure.value() < 0 ? "–" : unit(figure.column()).format(figure.value(), texts.locale());
  }

  /// The chart's unit that fits a column's own words.
  static ChartUnit unit(SeriesColumn column) {
    String unit = column.unit().toLowerCase(Locale.ROOT);
    boolean rate = unit.contains("per second") || unit.endsWith("/s");
    if (unit.contains("byte") || unit.equals("b/s")) {
      return rate ? ChartUnit.BYTES_PER_SECOND : ChartUnit.BYTES;
    }
    if (unit.equals("ms") || unit.contains("millisecond")) {
      return ChartUnit.MILLISECONDS;
    }
    if (unit.contains("%") || unit.contains("percent")) {
      return ChartUnit.PERCENT;
    }
    return rate ? ChartUnit.PER_SECOND : ChartUnit.COUNT;
  }

  private LiveTable<PostgresProcess> processes() {
    LiveTable<PostgresProcess> table =
        new LiveTable<>(texts, "series-processes", PostgresProcess::pid);
    table
        .figure("sessions.pid", 70, p -> (double) p.pid(), p -> Integer.toString(p.pid()))
        .text("series.role", 150, PostgresProcess::role)
        .text("sessions.user", 90, PostgresProcess::user)
        .text("sessions.database", 90, PostgresProcess::database)
        .text("series.activity", 180, PostgresProcess::activity)
        .figure("sessions.cpu", 70, PostgresProcess::cpuLoad, p -> percent(p.cpuLoad()))
        .figure("sessions.rss", 90, p -> (double) p.rssBytes(), p -> bytes(p.rssBytes(), ""))
        .figure("series.pss", 90, p -> (double) p.pssBytes(), p -> bytes(p.pssBytes(), ""))
        .figure(
            "sessions.read",
            95,
            PostgresProcess::readBytesPerSecond,
            p -> bytes(Math.round(p.readBytesPerSecond()), "/s"))
        .figure(
            "sessions.written",
            95,
            PostgresProcess::writtenBytesPerSecond,
            p -> bytes(Math.round(p.writtenBytesPerSecond()), "/s"))
        .text("sessions.wait", 150, PostgresProcess::waitEvent);
    return table.placeholder(
        new EmptyState("☷", texts.get("series.none"), texts.get("series.none.text")));
  }

  private String percent(double load) {
    return load < 0 ? "–" : String.format(texts.locale(), "%.0f %%", load * 100);
  }

  private String bytes(long bytes, String per) {
    return bytes < 0 ? "–" : Durations.bytes(bytes, texts.locale()) + per;
  }

  private Answer ask(ServiceConnection service) {
    int id = node.id();
    List<String> names = wanted;
    long until = context.clock().millis();
    SharedTime.Span fixed = zoom;
    SharedTime.Span span =
        fixed == null ? new SharedTime.Span(until - window.toMillis(), until) : fixed;
    int step = Histories.step(span.fromMs(), span.untilMs(), until);
    Optional<List<SeriesColumn>> columns =
        Presence.of(() -> service.postgresSeries(id).getColumns());
    List<Figure> now = new ArrayList<>();
    String problem = "";
    if (columns.isPresent()) {
      SeriesSample last = service.postgresSeries(id).getLast();
      problem = service.postgresSeries(id).getProblem();
      for (int i = 0; i < columns.get().size(); i++) {
        double value = i < last.values().size() ? last.values().get(i) : -1;
        now.add(new Figure(columns.get().get(i), value));
      }
    }
    Map<Integer, List<SeriesPoint>> histories = new LinkedHashMap<>();
    if (!names.isEmpty() && columns.isPresent()) {
      // A chart has room for so many; a node that is new may have no series yet.
      for (NodeInfo each :
          service.cluster().getNodes().stream().limit(TimeChart.MAX_SERIES).toList()) {
        Presence.of(() ->
                Histories.read(
                    service.postgresSeries(each.id()),
                    String.join(",", names),
                    step,
                    span.fromMs(),
                    span.untilMs()))
            .ifPresent(points -> histories.put(each.id(), points));
      }
    }
    List<PostgresProcess> running =
        Presence.of(() -> processes(service.processes())).orElse(List.of());
    return new Answer(now, names, span, step, until, histories, running, problem);
  }

  private static List<PostgresProcess> processes(ProcessesMXBean bean) {
    return bean.processes(SessionOrder.CPU, ROWS);
  }

  private void show(Answer answer) {
    figures.show(answer.figures());
    processes.show(answer.processes());
    page.note().setText(answer.problem());
    if (figures.node().getSelectionModel().isEmpty() && !answer.figures().isEmpty()) {
      figures
          .node()
          .getSelectionModel()
          .selectRange(0, Math.min(MOST_CHARTS, answer.figures().size()));
      return;
    }
    draw(answer);
  }

  private void draw(Answer answer) {
    if (!List.copyOf(drawn.keySet()).equals(answer.names())) {
      drawn
          .values()
          .forEach(chart -> {
            chart.setLive(false);
            // Not held by the time that all charts share.
            chart.follow(new SharedTime());
          });
      drawn.clear();
      for (String name : answer.names()) {
        answer.figures().stream()
            .map(Figure::column)
            .filter(column -> column.name().equals(name))
            .findFirst()
            .ifPresent(column -> drawn.put(name, chart(column)));
      }
      charts.getChildren().setAll(drawn.values().stream().map(TimeChart::node).toList());
      drawn.values().forEach(chart -> VBox.setVgrow(chart.node(), Priority.ALWAYS));
    }
    boolean first = true;
    for (Map.Entry<String, TimeChart> entry : drawn.entrySet()) {
      TimeChart chart = entry.getValue();
      // A chosen figure that this node does not have has no chart, but its place in the answer.
      fill(chart, answer.names().indexOf(entry.getKey()), answer);
      chart.setMarks(first ? marks.events() : marks.symbols());
      chart.showUntil(answer.until());
      first = false;
    }
  }

  private TimeChart chart(SeriesColumn column) {
    TimeChart chart = TimeChart.create("series-" + column.name(), unit(column));
    chart.titleProperty().set(column.name());
    chart.emptyTextProperty().bind(texts.get("series.empty"));
    chart.idleTextProperty().bind(texts.get("series.idle"));
    chart.follow(context.time());
    chart.setLocale(texts.locale());
    chart.setLive(true);
    return chart;
  }

  private void fill(TimeChart chart, int column, Answer answer) {
    long gap = Histories.distance(answer.span(), answer.step()) * GAP_STEPS;
    answer
        .histories()
        .forEach((id, points) -> {
          String line = "node" + id;
          TimeSeries series =
              chart.series(line, texts.made(() -> context.model().nodeName(id)), gap);
          series.clear();
          series.gapAfter(gap);
          for (SeriesPoint point : points) {
            double value = point.values().get(column);
            series.add(point.atEpochMs(), value < 0 ? Double.NaN : value);
          }
        });
  }
}

package org.relevo.app.view.objects;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.model.Mark;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Cell;
import org.relevo.app.view.part.DatabaseChoice;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.NodeChoice;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.jmx.contract.Advice;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.TableInfo;

/// Tables, indexes and what the advisor says of them.
///
/// Owner: FX thread.
public final class ObjectsView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final int ROWS = 1000;

  private final AppContext context;
  private final Texts texts;
  private final Poller<Answer> poller;
  private final NodeChoice node;
  private final DatabaseChoice database;
  private final TextField filter = new TextField();
  private final LiveTable<TableInfo> tables;
  private final LiveTable<IndexInfo> indexes;
  private final LiveTable<Advice> advice;
  private final TabPane tabs = new TabPane();
  private final Page page;
  private Answer last = new Answer(List.of(), List.of(), List.of(), List.of());

  private record Answer(
      List<TableInfo> tables, List<IndexInfo> indexes, List<Advice> advice, List<String> bases) {}

  public ObjectsView(AppContext context) {
    super(ScreenId.OBJECTS);
    this.context = context;
    texts = context.texts();
    poller = new Poller<>(context, "objects", PERIOD, this::ask, this::show);
    node = new NodeChoice(context, "objects-node", poller::now);
    database = new DatabaseChoice(context.texts(), "objects-database", poller::now);
    tables = tables();
    indexes = indexes();
    advice = advice();
    page = new Page(context, "objects.title");
    filter.setId("objects-filter");
    filter.promptTextProperty().bind(texts.get("objects.filter"));
    filter.textProperty().addListener((_, _, _) -> filtered());
    page.tool(filter).tool(node.node()).tool(database.node()).tool(page.pause(poller));
    page.problem(poller.problemProperty());
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    tab("objects.tables", tables.node());
    tab("objects.indexes", indexes.node());
    tab("objects.advice", advice.node());
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
  public Optional<String> csv() {
    return Optional.of(
        switch (tabs.getSelectionModel().getSelectedIndex()) {
          case 1 -> indexes.csv();
          case 2 -> advice.csv();
          default -> tables.csv();
        });
  }

  private void tab(String key, Node table) {
    Tab tab = new Tab();
    tab.textProperty().bind(texts.get(key));
    VBox box = new VBox(table);
    box.getStyleClass().add("tab-body");
    VBox.setVgrow(table, javafx.scene.layout.Priority.ALWAYS);
    tab.setContent(box);
    tabs.getTabs().add(tab);
  }

  private LiveTable<TableInfo> tables() {
    LiveTable<TableInfo> made =
        new LiveTable<>(texts, "objects-tables", t -> t.schema() + "." + t.name());
    made.text("objects.name", 210, t -> name(t.schema(), t.name()))
        .figure("objects.size", 90, t -> (double) t.sizeBytes(), t -> bytes(t.sizeBytes()))
        .figure("objects.index-size", 90, t -> (double) t.indexBytes(), t -> bytes(t.indexBytes()))
        .figure("objects.live", 100, t -> (double) t.liveRows(), t -> count(t.liveRows()))
        .column("objects.dead", 120, this::dead)
        .figure(
            "objects.seq",
            90,
            t -> (double) t.sequentialScansTotal(),
            t -> count(t.sequentialScansTotal()))
        .figure(
            "objects.idx", 100, t -> (double) t.indexScansTotal(), t -> count(t.indexScansTotal()))
        .figure(
            "objects.updated", 100, t -> (double) t.updatedTotal(), t -> count(t.updatedTotal()))
        .figure("objects.hit", 80, ObjectsView::hit, t -> percent(hit(t)))
        .text("objects.vacuum", 120, t -> ago(t.lastVacuumAtEpochMs()));
    return empty(made, "objects.none");
  }

  private Cell dead(TableInfo table) {
    String words = count(table.deadRows());
    boolean late = table.vacuumThreshold() > 0 && table.deadRows() > table.vacuumThreshold();
    return late ? Cell.state(Mark.WARN, words) : Cell.figure((double) table.deadRows(), words);
  }

  private static double hit(TableInfo table) {
    long all = table.blocksHitTotal() + table.blocksReadTotal();
    return all <= 0 ? -1 : (double) table.blocksHitTotal() / all;
  }

  private LiveTable<IndexInfo> indexes() {
    LiveTable<IndexInfo> made =
        new LiveTable<>(texts, "objects-indexes", i -> i.schema() + "." + i.name());
    made.text("objects.name", 230, i -> name(i.schema(), i.name()))
        .text("objects.table", 160, IndexInfo::table)
        .figure("objects.size", 90, i -> (double) i.sizeBytes(), i -> bytes(i.sizeBytes()))
        .figure("objects.scans", 100, i -> (double) i.scansTotal(), i -> count(i.scansTotal()))
        .column("objects.state", 180, this::state)
        .text("objects.definition", 420, IndexInfo::definition);
    return empty(made, "objects.none");
  }

  private Cell state(IndexInfo index) {
    if (!index.valid()) {
      return Cell.state(Mark.CRITICAL, texts.text("objects.invalid"));
    }
    if (!index.duplicateOf().isEmpty()) {
      return Cell.state(Mark.WARN, texts.text("objects.duplicate", index.duplicateOf()));
    }
    if (index.scansTotal() == 0 && !index.unique()) {
      return Cell.state(Mark.WARN, texts.text("objects.unused"));
    }
    return Cell.state(Mark.OK, texts.text("objects.used"));
  }

  private LiveTable<Advice> advice() {
    LiveTable<Advice> made =
        new LiveTable<>(
            texts, "objects-advice", a -> a.rule() + a.nodeId() + a.database() + a.subject());
    made.column(
            "objects.urgency",
            120,
            a ->
                Cell.state(
                    switch (a.severity()) {
                      case HINT -> Mark.PROGRESS;
                      case WARNING -> Mark.WARN;
                      case CRITICAL -> Mark.CRITICAL;
                    },
                    texts.text("advice." + a.severity().name())))
        .text("objects.rule", 150, Advice::rule)
        .text("nodes.name", 80, a -> a.nodeId() < 0 ? "–" : context.model().nodeName(a.nodeId()))
        .text("objects.subject", 180, Advice::subject)
        .text("objects.reason", 280, Advice::reason)
        .text("objects.evidence", 200, Advice::evidence)
        .text("objects.fix", 240, Advice::fix);
    return empty(made, "objects.no-advice");
  }

  private <T> LiveTable<T> empty(LiveTable<T> table, String key) {
    return table.placeholder(new EmptyState("▦", texts.get(key), texts.get(key + ".text")));
  }

  private Answer ask(ServiceConnection service) {
    int id = node.id();
    String base = database.name();
    return new Answer(
        Presence.of(() -> service.sessions(id).tables(base, ROWS)).orElse(List.of()),
        Presence.of(() -> service.sessions(id).indexes(base, ROWS)).orElse(List.of()),
        Presence.of(() -> service.advisor().advice(false)).orElse(List.of()),
        Presence.of(() -> service.sessions(id).getDatabases()).orElse(List.of()));
  }

  private void show(Answer answer) {
    last = answer;
    database.offer(answer.bases());
    page.note()
        .setText(
            texts.text(
                "objects.note",
                answer.tables().size(),
                answer.indexes().size(),
                answer.advice().size()));
    filtered();
  }

  private void filtered() {
    String wanted = filter.getText().strip().toLowerCase(Locale.ROOT);
    tables.show(last.tables().stream().filter(t -> t.name().contains(wanted)).toList());
    indexes.show(
        last.indexes().stream()
            .filter(i -> i.name().contains(wanted) || i.table().contains(wanted))
            .toList());
    advice.show(
        last.advice().stream()
            .filter(a -> (a.subject() + a.rule()).toLowerCase(Locale.ROOT).contains(wanted))
            .toList());
  }

  private static String name(String schema, String name) {
    return schema.equals("public") ? name : schema + "." + name;
  }

  private String bytes(long bytes) {
    return bytes < 0 ? "–" : Durations.bytes(bytes, texts.locale());
  }

  private String count(long value) {
    return value < 0 ? "–" : String.format(texts.locale(), "%,d", value);
  }

  private String percent(double share) {
    return share < 0 ? "–" : String.format(texts.locale(), "%.1f %%", share * 100);
  }

  private String ago(long epochMs) {
    if (epochMs <= 0) {
      return texts.text("objects.never");
    }
    Duration age = Duration.between(Instant.ofEpochMilli(epochMs), context.clock().instant());
    return Durations.of(age.isNegative() ? Duration.ZERO : age, texts.locale());
  }
}

package org.relevo.app.view.memory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.relevo.app.frame.AppContext;
import org.relevo.app.frame.Durations;
import org.relevo.app.frame.EmptyState;
import org.relevo.app.frame.ScreenId;
import org.relevo.app.remote.Presence;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.Ask;
import org.relevo.app.view.part.DatabaseChoice;
import org.relevo.app.view.part.LiveTable;
import org.relevo.app.view.part.NodeChoice;
import org.relevo.app.view.part.Page;
import org.relevo.app.view.part.PolledScreen;
import org.relevo.app.view.part.Poller;
import org.relevo.app.view.switchover.Questions;
import org.relevo.jmx.contract.CacheStatus;
import org.relevo.jmx.contract.RelationCache;
import org.relevo.jmx.contract.Role;

/// Shared buffers beside the page cache, for the server and for each relation.
///
/// Owner: FX thread.
public final class MemoryView extends PolledScreen {
  private static final Duration PERIOD = Duration.ofSeconds(6);
  private static final int ROWS = 500;

  private final AppContext context;
  private final Texts texts;
  private final Questions questions;
  private final Poller<Answer> poller;
  private final NodeChoice node;
  private final DatabaseChoice database;
  private final LiveTable<RelationCache> table;
  private final HBox figures = new HBox();
  private final Button install;
  private final Ask sure;
  private final Label missing = new Label();
  private final Page page;

  private record Answer(
      Optional<CacheStatus> status, List<RelationCache> relations, List<String> bases) {}

  public MemoryView(AppContext context) {
    super(ScreenId.MEMORY);
    this.context = context;
    texts = context.texts();
    questions = new Questions(context);
    sure = new Ask(texts);
    poller = new Poller<>(context, "memory", PERIOD, this::ask, this::show);
    node = new NodeChoice(context, "memory-node", poller::now);
    database = new DatabaseChoice(context.texts(), "memory-database", poller::now);
    table = table();
    page = new Page(context, "memory.title");
    install = page.button("memory-install", "memory.install", this::install);
    install.setVisible(false);
    install.managedProperty().bind(install.visibleProperty());
    page.tool(install).tool(node.node()).tool(database.node()).tool(page.pause(poller));
    page.problem(poller.problemProperty()).problem(questions.problemProperty()).line(sure.node());
    figures.getStyleClass().add("impact");
    page.line(figures);
    missing.getStyleClass().add("muted");
    missing.setWrapText(true);
    missing.managedProperty().bind(missing.textProperty().isNotEmpty());
    page.line(missing).body(table.node());
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
    return Optional.of(table.csv());
  }

  private LiveTable<RelationCache> table() {
    LiveTable<RelationCache> made =
        new LiveTable<>(texts, "memory-table", r -> r.schema() + "." + r.name());
    made.text("objects.name", 240, RelationCache::name)
        .text("memory.kind", 100, RelationCache::kind)
        .figure("objects.size", 100, r -> (double) r.sizeBytes(), r -> bytes(r.sizeBytes()))
        .figure("memory.buffers", 120, r -> (double) r.bufferBytes(), r -> bytes(r.bufferBytes()))
        .figure(
            "memory.buffers-share",
            110,
            r -> share(r.bufferBytes(), r),
            r -> shareText(r.bufferBytes(), r))
        .figure("memory.dirty", 90, r -> (double) r.dirtyBytes(), r -> bytes(r.dirtyBytes()))
        .figure("memory.usage", 80, RelationCache::usage, r -> usage(r))
        .figure(
            "memory.page-cache",
            120,
            r -> (double) r.pageCacheBytes(),
            r -> bytes(r.pageCacheBytes()))
        .figure(
            "memory.page-share",
            110,
            r -> share(r.pageCacheBytes(), r),
            r -> shareText(r.pageCacheBytes(), r));
    made.placeholder(new EmptyState("▥", texts.get("memory.none"), texts.get("memory.none.text")));
    return made;
  }

  private static double share(long part, RelationCache relation) {
    return part < 0 || relation.sizeBytes() <= 0 ? -1 : (double) part / relation.sizeBytes();
  }

  private String shareText(long part, RelationCache relation) {
    double share = share(part, relation);
    return share < 0 ? "–" : String.format(texts.locale(), "%.0f %%", share * 100);
  }

  private String usage(RelationCache relation) {
    return relation.usage() < 0 ? "–" : String.format(texts.locale(), "%.1f", relation.usage());
  }

  private String bytes(long bytes) {
    return bytes < 0 ? "–" : Durations.bytes(bytes, texts.locale());
  }

  private Answer ask(ServiceConnection service) {
    int id = node.id();
    String base = database.name();
    Optional<CacheStatus> status = Presence.of(() -> service.cache(id).status(base));
    return new Answer(
        status,
        status.isPresent() ? service.cache(id).relations(base, ROWS) : List.of(),
        Presence.of(() -> service.sessions(id).getDatabases()).orElse(List.of()));
  }

  private void show(Answer answer) {
    database.offer(answer.bases());
    table.show(answer.relations());
    figures.getChildren().clear();
    answer.status().ifPresent(this::figures);
    missing.setText(answer.status().map(s -> String.join(" · ", s.missing())).orElse(""));
    install.setVisible(answer.status().map(s -> !s.extension() && s.installable()).orElse(false));
    install.setDisable(!context.model().roleProperty().get().includes(Role.ADMIN));
  }

  private void figures(CacheStatus now) {
    long buffers = Math.max(1, now.sharedBuffersBytes());
    figures
        .getChildren()
        .addAll(
            figure("memory.shared", bytes(now.sharedBuffersBytes()), -1),
            figure("memory.used", bytes(now.usedBytes()), (double) now.usedBytes() / buffers),
            figure("memory.dirty", bytes(now.dirtyBytes()), (double) now.dirtyBytes() / buffers),
            figure("memory.database", bytes(now.databaseBytes()), -1),
            figure(
                "memory.page-cache",
                bytes(now.pageCacheBytes()),
                now.databaseBytes() <= 0
                    ? -1
                    : (double) now.pageCacheBytes() / now.databaseBytes()));
  }

  private Node figure(String key, String value, double share) {
    Label caption = new Label(texts.text(key));
    caption.getStyleClass().add("muted");
    Label number = new Label(value);
    number.getStyleClass().add("impact-value");
    VBox box = new VBox(2, caption, number);
    if (share >= 0) {
      ProgressBar bar = new ProgressBar(Math.clamp(share, 0, 1));
      bar.setPrefWidth(130);
      bar.setPrefHeight(9);
      box.getChildren().add(bar);
    }
    HBox.setHgrow(box, Priority.SOMETIMES);
    return box;
  }

  private void install() {
    int id = node.id();
    String base = database.name();
    sure.ask(
        texts.text("memory.install.ask", base.isEmpty() ? "–" : base),
        texts.text("memory.install"),
        () ->
            questions.ask(
                "install-extension",
                service -> {
                  service.cache(id).install(base);
                  return true;
                },
                _ -> poller.now()));
  }
}
